/** A table to fill in: every column that is read, with its title in Kazakh and Russian, as a CSV that a spreadsheet opens with its letters right. */
export const emptyRoster = () => `\ufeff${['№', 'Тегі / Фамилия', 'Аты / Имя', 'Әкесінің аты / Отчество', 'ЖСН / ИИН', 'Лауазымы / Должность', 'Ұйым / Организация', 'E-mail', 'Телефон'].join(';')}\r\n`
