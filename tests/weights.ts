/** The most that a lesson may bring for its first view, and the scripts of it, in bytes on the wire. */
export const mostOfLesson = 60 * 1024
export const mostOfScripts = 15 * 1024

/** The fonts that a lesson asks for: its prose is in the device's own letters. A browser is asked whether that is so. */
export const lessonFonts = ['golos-regular', 'golos-semibold']
