/** What the demo's patients are told of its services before they book. Prices are invented, in pence. */

const LETTERS =
	'Please bring a list of the medicines that you take, and letters from other doctors.';

/** By the service's key. */
export const TOLD_OF_SERVICES: Readonly<
	Record<string, { priceMinor: number; preparation?: string }>
> = {
	consultation: { priceMinor: 5_500, preparation: LETTERS },
	short: { priceMinor: 3_500 },
	long: {
		priceMinor: 9_500,
		preparation: `${LETTERS}\n\nIt helps to write down beforehand what you would like to speak about.`
	},
	check: {
		priceMinor: 11_000,
		preparation:
			'Please wear something with sleeves that can be rolled up.\n\nIf you have measured your blood pressure at home, bring what you wrote down.'
	},
	child: {
		priceMinor: 6_000,
		preparation:
			'Please bring the child’s health record and a favourite toy. Somebody who may decide for the child has to come along.'
	},
	vaccination: {
		priceMinor: 2_500,
		preparation:
			'Please bring your vaccination record. Come on another day if you have a fever.\n\nStay with us for 15 minutes after the injection.'
	},
	blood: {
		priceMinor: 3_000,
		preparation:
			'Please eat nothing for 10 hours before the test. Water is fine, and so are your usual medicines unless your doctor said otherwise.\n\nTell us if you take blood thinners or have fainted at a test before.'
	},
	wound: { priceMinor: 0, preparation: 'Please leave the dressing on until you are here.' },
	surgery: {
		priceMinor: 24_000,
		preparation:
			'Please tell us before the day if you take blood thinners, are allergic to anaesthetics or have a pacemaker.\n\nDo not drive home by yourself, and have somebody come along.'
	},
	ultrasound: {
		priceMinor: 12_500,
		preparation:
			'For the belly: please eat nothing for 6 hours before. For the bladder: drink half a litre of water an hour before, and wait with going to the toilet.'
	},
	heart: {
		priceMinor: 9_000,
		preparation:
			'Please put no cream on your chest on the day, and drink no coffee for 2 hours before.'
	},
	physio: {
		priceMinor: 5_000,
		preparation:
			'Please wear clothes in which you can move, and bring the letter of whoever sent you.'
	}
};
