import ArgumentParser
import LoadEngine

/// Numbers on the command line; ArgumentParser itself does not say what it has expected.
enum NumberArgument {
    /// Reads a whole number.
    ///
    /// - Throws: `ConfigurationError` for anything else, and for one that is beyond the type.
    static func whole<Value: FixedWidthInteger>(_ text: String) throws -> Value {
        if let value = Value(text) { return value }
        let digits = text.drop { $0 == "-" }
        let isWhole = !digits.isEmpty && digits.allSatisfy { $0.isASCII && $0.isNumber }
        throw ConfigurationError(isWhole ? "it must be \(Value.min) to \(Value.max)" : "whole number expected")
    }

    /// Reads a number.
    ///
    /// - Throws: `ConfigurationError` for anything else.
    static func decimal(_ text: String) throws -> Double {
        guard let value = Double(text) else { throw ConfigurationError("number expected") }
        return value
    }
}

extension ArgumentHelp {
    /// The help of an option whose default ArgumentParser does not show, since a closure reads its values.
    ///
    /// - Parameters:
    ///   - text: What the option is for.
    ///   - kind: What its values are, such as "number".
    ///   - value: Its default.
    /// - Returns: The help.
    static func showing(_ text: String, as kind: String, default value: some CustomStringConvertible) -> ArgumentHelp {
        ArgumentHelp("\(text) (default: \(value))", valueName: kind)
    }

    /// The help of a timeout.
    static func timeout(_ text: String, default value: TimeoutArgument) -> ArgumentHelp {
        .showing("\(text) 'off' for no limit.", as: "duration", default: value)
    }

    /// The help of a duration that cannot be off.
    static func duration(_ text: String, default value: Duration) -> ArgumentHelp {
        .showing(text, as: "duration", default: DurationText.text(of: value))
    }
}
