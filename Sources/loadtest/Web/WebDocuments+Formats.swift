import LoadEngine
import LoadReports

extension WebDocuments {
    /// The documents of a format, which those who ask for it share.
    ///
    /// - Parameters:
    ///   - format: The format.
    ///   - download: How it is offered.
    ///   - chartLibrary: The source of Chart.js; nil where there is none.
    ///   - grouping: What becomes one row of the tables.
    /// - Returns: What gets it; throws `Missing` while there is none.
    func format(
        _ format: ReportFormat,
        _ download: ReportDownload,
        chartLibrary: String?,
        by grouping: RowGrouping
    ) -> @Sendable () async throws -> Document {
        switch format.content {
        case .rows(let text): kind(format.mediaType, of: { await $0.sharedMoment().table }) { Array(text($0).utf8) }
        case .history: kind(format.mediaType, of: { await $0.history }) { Array($0.utf8) }
        case .result(let make):
            kind(format.mediaType, of: { await $0.sharedMoment() }) { moment in
                guard let summary = moment.summary else {
                    throw Missing(status: 404, message: "there is no result: start a run")
                }
                let goesOn = moment.word != .stopped
                guard !goesOn || !download.isAfterRun else {
                    throw Missing(status: 404, message: "the run goes on: wait for its end")
                }
                return try make(ReportMaterial(summary, by: grouping, chartLibrary: chartLibrary, goesOn: goesOn))
            }
        }
    }
}
