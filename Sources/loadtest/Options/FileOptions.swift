import ArgumentParser
import LoadReports

/// What is written of a result besides the console's text: by a run, and again from its summary.
struct FileOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The rows of the tables: 'endpoint', 'conversation' or 'turn'.", valueName: "row"))
    var groupBy = RowGrouping.conversation

    @OptionGroup var formats: FormatOptions

    /// Notes what is wrong with the options together.
    func check(_ problems: inout Problems) {
        for option in ReportOption.all where option.value == .prefix {
            let isMissing = formats.values[option.name]?.isEmpty == true
            problems.require(!isMissing, "\(option.spelling): the prefix of the files is missing", of: option.name)
        }
    }

    /// Where the formats go that were asked for.
    ///
    /// - Parameter summary: The file of the complete result, which only a run has; nil for none.
    /// - Returns: In the order of all formats.
    func places(summary: String? = nil) -> ReportPlaces {
        var values = formats.values
        if let option = ReportFormat.summary.option { values[option.name] = summary }
        return ReportPlaces(values)
    }
}
