import LoadEngine
import LoadReports

/// Everything that is written of a result: what can be wrong with it is found before the run, and one part that cannot be
/// written costs no other.
struct RunOutputs {
    private let places: ReportPlaces
    private let grouping: RowGrouping
    private let chartLibrary: String?
    private let files: [(format: ReportFormat, file: OutputFile)]
    private let growing: GrowingFiles?

    /// Checks every place that is to be written to, and warns of pages that will be without charts.
    ///
    /// - Parameters:
    ///   - places: Where each format goes.
    ///   - grouping: What becomes one row.
    ///   - history: The history among the CSV files, which only a run that goes on can have; nil for none.
    /// - Throws: `ConfigurationError` for a place that cannot be written to.
    init(_ places: ReportPlaces, by grouping: RowGrouping, history: LocustHistory? = nil) throws {
        self.places = places
        self.grouping = grouping
        // What all others are made from again comes first.
        let ofResult = places.ofResult.filter(\.option.isOfRun) + places.ofResult.filter { !$0.option.isOfRun }
        files = try ofResult.map { ($0.format, try OutputFile(path: $0.path, option: $0.option.spelling)) }
        growing = try places.growing.isEmpty ? nil : GrowingFiles(places.growing, history: history, by: grouping)
        let pages = places.ofResult.filter { $0.format.page != nil }
        let library = pages.isEmpty ? nil : ChartLibrary()
        chartLibrary = library?.source
        guard let library, library.source == nil else { return }
        for page in pages {
            let place = "\(page.option.spelling) \(page.path)"
            StandardStream.error.write("warning: \(place) will have no charts: \(library.problem)\n")
        }
    }

    /// Begins with what is written while the run goes on.
    ///
    /// - Parameters:
    ///   - run: The run, which has begun.
    ///   - endpoint: The name of the row when all turns are one.
    ///   - onProblem: Called with what is to be said while the run goes on.
    /// - Throws: `EngineError` when the system refuses what that needs.
    func begin(_ run: LoadRun, endpoint: String, onProblem: @escaping @Sendable (String) -> Void) throws {
        try growing?.begin(run, endpoint: endpoint, onProblem: onProblem)
    }

    /// Ends what is written while the run goes on: it could not go on, and has no result.
    func abandon() { growing?.abandon() }

    /// Writes every report of the result: files first, since a terminal may not read on.
    ///
    /// - Parameters:
    ///   - summary: The result.
    ///   - stream: Where the tables go.
    /// - Returns: Whether one of them could not be written, which has been said on stderr.
    func write(_ summary: Summary, to stream: StandardStream = .error) -> Bool {
        var hasFailed = false
        func say(_ problem: String) { StandardStream.error.write("error: \(problem)\n") }
        func attempt(_ body: () throws -> Void) {
            do { try body() } catch {
                say("\(error)")
                hasFailed = true
            }
        }
        var material = ReportMaterial(summary, by: grouping, chartLibrary: chartLibrary)
        if let growing, !growing.end(summary, onProblem: say) { hasFailed = true }
        for (format, file) in files { attempt { try file.write { try format.render(material) } } }
        for (format, option) in places.printed {
            // Not while somebody reads it, page by page.
            attempt {
                let bytes = try SlowWork.noting("making \(option.spelling)") { try format.render(material) }
                try StandardStream.output.writeAll(bytes)
            }
        }
        material.nameWidth = stream.terminalSize.map { min(max($0.columns - 80, 20), 80) } ?? 80
        for format in places.shown {
            attempt { try stream.writeAll(String(decoding: try format.render(material), as: UTF8.self)) }
        }
        return hasFailed
    }
}
