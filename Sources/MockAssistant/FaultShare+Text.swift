package import LoadEngine

extension FaultShare {
    /// Reads a share as it is written on the command line.
    ///
    /// - Parameter text: `NAME=PERCENT`, such as `stall=2.5`.
    /// - Returns: The share; its percentage is 0 to 100.
    /// - Throws: `ConfigurationError` that lists the names when the name is unknown.
    package static func parse(_ text: String) throws(ConfigurationError) -> FaultShare {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw ConfigurationError("'\(text)' is not a fault: write NAME=PERCENT, such as stall=2.5")
        }
        let name = String(parts[0])
        guard let fault = Fault(rawValue: name) else {
            let names = Fault.allCases.map(\.rawValue) + [ScriptPause.name]
            let hint = Spelling.nearest(to: name, among: names).map { " Did you mean \($0)?" } ?? ""
            throw ConfigurationError(
                "there is no fault '\(name)'.\(hint) The faults are \(names.joined(separator: ", "))."
            )
        }
        let digits = parts[1].hasSuffix("%") ? parts[1].dropLast() : parts[1]
        guard let percent = Double(digits), (0...100).contains(percent) else {
            throw ConfigurationError("'\(parts[1])' is not a share of \(name): write a percentage of 0 to 100")
        }
        return FaultShare(fault, percent: percent)
    }
}
