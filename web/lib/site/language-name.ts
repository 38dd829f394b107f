/** @returns what a language (code of ISO 639) is called in another; the code itself where nobody knows */
export function languageName(code: string, inLanguage: string): string {
	try {
		return new Intl.DisplayNames([inLanguage], { type: 'language' }).of(code) ?? code;
	} catch {
		return code;
	}
}
