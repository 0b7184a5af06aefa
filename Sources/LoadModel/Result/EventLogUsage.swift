/// What has become of the turns that a run's event log is to have.
public struct EventLogUsage: Codable, Sendable, Equatable {
    /// The lines that are in the file.
    public var lines: UInt64
    /// Turns that have no line: they ended faster than the file took them, or after it could not be written any more.
    public var dropped: UInt64
    /// Lines that lack times of content events, since too many were kept at the same time.
    public var cut: UInt64
    /// Why the file could not be written any more; nil when it could.
    public var error: String?

    /// Makes the usage.
    ///
    /// - Parameters:
    ///   - lines: The lines that are in the file.
    ///   - dropped: Turns that have no line.
    ///   - cut: Lines that lack times of content events.
    ///   - error: Why the file could not be written any more.
    public init(lines: UInt64 = 0, dropped: UInt64 = 0, cut: UInt64 = 0, error: String? = nil) {
        self.lines = lines
        self.dropped = dropped
        self.cut = cut
        self.error = error
    }
}

extension EventLogUsage {
    /// What a reader of the file has to know, a sentence each; none when nothing is missing.
    package var shortcomings: [String] {
        var sentences: [String] = []
        if dropped > 0 {
            let reason = error ?? "turns ended faster than the file took them"
            sentences.append("the event log lacks \(counted(dropped, "line")): \(reason)")
        } else if let error {
            sentences.append("the event log may lack lines: \(error)")
        }
        if cut > 0 {
            sentences.append(
                "\(counted(cut, "line")) of the event log \(plural(cut, "lacks", "lack")) times of content events"
            )
        }
        return sentences
    }

    /// The usage of several processes that write one file; nil without any.
    static func merged(_ parts: [EventLogUsage]) -> EventLogUsage? {
        guard !parts.isEmpty else { return nil }
        return EventLogUsage(
            lines: parts.reduce(0) { $0 + $1.lines },
            dropped: parts.reduce(0) { $0 + $1.dropped },
            cut: parts.reduce(0) { $0 + $1.cut },
            error: parts.lazy.compactMap(\.error).first
        )
    }
}
