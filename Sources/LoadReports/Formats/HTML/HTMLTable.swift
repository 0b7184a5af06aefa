/// A table of a page: the first cell of a row is its head; numbers are right-aligned.
struct HTMLTable {
    struct Column {
        let title: String
        /// The marks of its cells, for the style sheet.
        let mark: HTML

        static func number(_ title: String) -> Column { Column(title: title, mark: "") }
        static func text(_ title: String) -> Column { Column(title: title, mark: " class=\"t\"") }
        /// Text that may take several lines.
        static func long(_ title: String) -> Column { Column(title: title, mark: " class=\"t long\"") }
    }

    let caption: String
    /// More about what the table shows.
    var note: HTML = ""
    let columns: [Column]
    var rows: [[HTML]] = []
    /// The row of all rows, which stays at the end when a reader sorts the others.
    var total: [HTML]?

    /// The table in a box of its own, in which it scrolls when it is too wide or too long.
    var html: HTML {
        let heads = columns.map { "<th scope=\"col\"\($0.mark)>\($0.title)</th>" as HTML }
        let foot: HTML = total.map { "\n<tfoot>\n\(line($0))\n</tfoot>" } ?? ""
        return """
            <div class="scroll" role="region" aria-label="\(caption)" tabindex="0">
            <table>
            <caption>\(caption)\(note.text.isEmpty ? "" : " <small>\(note)</small>" as HTML)</caption>
            <thead>
            <tr>\(HTML(lines: heads))</tr>
            </thead>
            <tbody>
            \(HTML(lines: rows.map(line)))
            </tbody>\(foot)
            </table>
            </div>
            """
    }

    private func line(_ cells: [HTML]) -> HTML {
        var result = "<tr>"
        for (column, cell) in zip(columns.indices, cells) {
            let mark = columns[column].mark.text
            result += column == 0 ? "<th scope=\"row\"\(mark)>\(cell.text)</th>" : "<td\(mark)>\(cell.text)</td>"
        }
        return HTML(trusted: result + "</tr>")
    }
}
