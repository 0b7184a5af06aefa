import FoundationEssentials
import LoadEngine

/// Chart.js, as the system has it: it is no part of this project, and pages get a copy when they are written.
struct ChartLibrary {
    /// Its names, below the folder of JavaScript libraries.
    private static let names = ["chart.min.js", "chart.umd.js"]
    /// The versions that the pages' script was written for.
    private static let versions = ["Chart.js v3.", "Chart.js v4."]

    /// The library has a quarter of a megabyte.
    private static let mostBytes = 16 << 20

    /// The program's text; nil when there is none.
    let source: String?
    /// Why there is none, and what to do about it.
    let problem: String

    /// Looks in the system's folders, as the XDG Base Directory Specification says.
    init() {
        let environment = ProcessInfo.processInfo.environment["XDG_DATA_DIRS"] ?? ""
        let folders = (environment.isEmpty ? "/usr/local/share:/usr/share" : environment).split(separator: ":")
        self.init(folders: folders.map { "\($0)/javascript/chart.js" })
    }

    private init(folders: [String]) {
        var wrongOnes: [String] = []
        for path in folders.flatMap({ folder in Self.names.map { "\(folder)/\($0)" } }) {
            guard let bytes = try? InputFile.read(path, mostBytes: Self.mostBytes) else { continue }
            let text = String(decoding: bytes, as: UTF8.self)
            let head = text.prefix(200)
            if Self.versions.contains(where: { head.contains($0) }) {
                source = text
                problem = ""
                return
            }
            wrongOnes.append(path)
        }
        source = nil
        problem =
            (wrongOnes.isEmpty
                ? "Chart.js was not found in \(folders.joined(separator: ", "))"
                : "this is not Chart.js 3 or 4: \(wrongOnes.joined(separator: ", "))")
            + "; install it (on Debian: apt-get install libjs-chart.js), or put chart.min.js there"
    }
}
