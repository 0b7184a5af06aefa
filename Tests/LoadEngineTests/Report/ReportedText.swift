import LoadModel
import LoadReports

/// A result as a command prints it.
enum ReportedText {
    static func of(_ summary: Summary) -> String { TextReport(ReportMaterial(summary)).text }
}
