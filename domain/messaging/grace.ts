/** How long after a change it is told, unless the organization says otherwise: time to put a slip right. Pure. */
export const GRACE_MINUTES = 2;
