import TestSupport
import Foundation

/// Headless Chromium, which looks at reports as a reader would: Browser/report.py says what is checked.
enum Browser {
    private static let python = PythonEnvironment(name: "browser-venv")
    /// Where pages and screenshots are kept.
    static let folder = "\(Repository.path)/.build/html-reports"

    /// What this machine lacks for it; empty when it lacks nothing.
    static let whyNot: String = {
        let missing = Installed.missing(of: "chromium", "chromedriver")
        return missing.isEmpty ? python.whyNot : missing
    }()
    static var isAvailable: Bool { whyNot.isEmpty }

    /// Opens reports and looks at them.
    ///
    /// - Parameters:
    ///   - files: Their paths.
    ///   - arguments: Further arguments of report.py.
    /// - Returns: A line for each problem, empty when there is none.
    static func problems(_ files: [String], _ arguments: [String] = []) async throws -> String {
        try await problems(of: "report.py", arguments + [folder] + files)
    }

    /// Runs a script of the folder Browser.
    ///
    /// - Parameters:
    ///   - script: Its name.
    ///   - arguments: Its arguments.
    /// - Returns: A line for each problem, empty when there is none.
    static func problems(of script: String, _ arguments: [String]) async throws -> String {
        // After other tests, which measure their time; with nice's own 10 a browser among them gets next to none.
        let result = try await Program(path: "/usr/bin/nice").run(
            ["-n", "5"] + python.command(["Tests/LoadTestCLITests/Browser/\(script)"] + arguments)
        )
        return result.output + (result.exitCode > 1 || result.output.isEmpty ? result.errors : "")
    }
}
