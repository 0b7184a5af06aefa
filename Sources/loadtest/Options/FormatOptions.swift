import ArgumentParser
import LoadReports

/// The options of the formats that a result is written in, one for each of `ReportFormat.all`'s.
///
/// They are no properties, so that a further format needs none: ArgumentParser finds options by reflection, and the mirror
/// shows them as if they were.
struct FormatOptions: ParsableArguments, CustomReflectable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private static let options = ReportOption.all.filter { !$0.isOfRun }

    /// By the option's name.
    private var flags: [String: Flag<Bool>] = [:]
    private var paths: [String: Option<String?>] = [:]

    init() {
        for option in Self.options {
            let (name, help): (NameSpecification, _) = (.customLong(option.name), ArgumentHelp(option))
            switch option.value {
            case .flag: flags[option.name] = Flag(wrappedValue: false, name: name, help: help)
            case .file, .prefix: paths[option.name] = Option(name: name, help: help, completion: .file())
            }
        }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        for option in Self.options {
            let key = Key(stringValue: option.name)
            switch option.value {
            case .flag: flags[option.name] = try container.decode(Flag<Bool>.self, forKey: key)
            case .file, .prefix: paths[option.name] = try container.decode(Option<String?>.self, forKey: key)
            }
        }
    }

    var customMirror: Mirror {
        Mirror(
            self,
            children: Self.options.compactMap { option -> Mirror.Child? in
                let wrapper: Any? = flags[option.name] ?? paths[option.name]
                return wrapper.map { (label: option.name, value: $0) }
            }
        )
    }

    /// What was given, by the option's name; of flags nothing but that.
    var values: [String: String] {
        flags.filter(\.value.wrappedValue).mapValues { _ in "" }
            .merging(paths.compactMapValues(\.wrappedValue)) { flag, _ in flag }
    }
}

extension ReportOption {
    /// The options of all formats, in the order of the help.
    static let all = ReportFormat.all.compactMap(\.option).reduce(into: [ReportOption]()) { options, option in
        if !options.contains(option) { options.append(option) }
    }
}

extension ArgumentHelp {
    /// What the help says of the option of a format.
    init(_ option: ReportOption) {
        self.init(.init(option.help), valueName: option.value == .flag ? nil : option.valueName)
    }
}
