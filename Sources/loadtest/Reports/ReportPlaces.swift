import LoadReports

/// Where each format goes that the options ask for.
struct ReportPlaces {
    /// A format that is written to a file.
    struct File {
        let format: ReportFormat
        let option: ReportOption
        let path: String
    }

    /// In the order of all formats.
    private(set) var files: [File] = []
    /// What is printed on the standard output.
    private(set) var printed: [(format: ReportFormat, option: ReportOption)] = []
    /// What is shown on the terminal, or where that is.
    private(set) var shown: [ReportFormat] = []

    /// - Parameter values: What was given, by the option's name; of flags nothing but that.
    init(_ values: [String: String]) {
        for format in ReportFormat.all {
            guard let option = format.option else {
                shown.append(format)
                continue
            }
            guard let value = values[option.name] else { continue }
            if let path = format.path(for: value) {
                files.append(File(format: format, option: option, path: path))
            } else {
                printed.append((format, option))
            }
        }
    }

    /// The files that are written while a run goes on, and those that are written of its result.
    var growing: [File] { files.filter { !$0.format.isOfResult } }
    var ofResult: [File] { files.filter(\.format.isOfResult) }
}

extension ReportFormat {
    /// Whether it is made of a whole result, and not of rows that are known while a run goes on.
    fileprivate var isOfResult: Bool { if case .result = content { true } else { false } }
}

extension FileUses {
    /// Notes where the formats of a result go.
    mutating func writes(_ places: ReportPlaces) {
        for (_, option) in places.printed { writesOutput(as: "where \(option.spelling) goes") }
        for file in places.files { writes(file.path, by: file.option.spelling) }
    }
}
