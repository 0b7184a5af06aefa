import ArgumentParser
import LoadEngine

/// What the options of a command hold that was parsed.
///
/// ArgumentParser has no text for defaults that are read by a closure; the values are there.
struct OptionValues {
    /// By the option's name.
    private var values: [String: Any] = [:]

    init(of command: any ParsableCommand) {
        collect(command)
    }

    /// The text of the value of an option that is not given, nil where it has none.
    func text(of option: CommandOption) -> String? {
        if option.isFlag { return "false" }
        if let text = option.defaultText { return text }
        guard !option.isRepeating else { return nil }
        return switch values[option.name] {
        case let duration as Duration: DurationText.text(of: duration)
        case let value as any CustomStringConvertible: value.description
        default: nil
        }
    }

    private mutating func collect(_ arguments: Any) {
        for child in Mirror(reflecting: arguments).children {
            if let group = child.value as? any WrappedGroup {
                collect(group.arguments)
            } else if let option = child.value as? any WrappedOption, let label = child.label {
                values[Self.name(ofProperty: label)] = option.value
            }
        }
    }

    /// The name that ArgumentParser gives an option of which only the property is known, such as `_runTime`.
    static func name(ofProperty label: String) -> String {
        label.drop { $0 == "_" }.map { $0.isUppercase ? "-\($0.lowercased())" : String($0) }.joined()
    }
}

/// A group of options in a command.
private protocol WrappedGroup {
    var arguments: any ParsableArguments { get }
}

extension OptionGroup: WrappedGroup {
    fileprivate var arguments: any ParsableArguments { wrappedValue }
}

/// An option in a command.
private protocol WrappedOption {
    var value: Any { get }
}

extension Option: WrappedOption {
    fileprivate var value: Any { wrappedValue }
}
