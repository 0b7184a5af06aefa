internal import CLoad

/// The libcurl that this process runs on.
public enum LibraryVersion {
    /// Versions with faults that falsify a run, and what they do.
    private static let faults: [(version: UInt32, fault: String)] = [
        (0x080900, "it leaves sockets behind and takes all processor time (fixed in 8.9.1)"),
        (0x080E00, "it fails with more than some 400 transfers (fixed in 8.14.1)"),
        (0x081500, "it leaves connections half closed"),
    ]

    private static var number: UInt32 { curl_version_info(CURLVERSION_FIRST).pointee.version_num }

    /// Whether a handle may be used for a second answer.
    static var reusesHandles: Bool { reusesHandles(number) }

    /// What is known against the running libcurl, nil when nothing is.
    public static var warning: String? { warning(about: number) }

    /// The version, such as `7.88.1`.
    public static var text: String { text(number) }

    /// What the running libcurl costs that a newer one would not, nil when nothing.
    public static var note: String? { note(about: number) }

    static func warning(about version: UInt32) -> String? {
        guard let known = faults.first(where: { $0.version == version }) else { return nil }
        return "libcurl \(text(version)) is not fit for load tests: \(known.fault); use another version"
    }

    /// From 7.83.0, which brought the headers of a handle, to 8.0.1 a folded line at the beginning of an answer is appended to
    /// the last header of the answer before, whose memory was given back: a server can make libcurl free it twice (curl pull
    /// request 11103).
    static func reusesHandles(_ version: UInt32) -> Bool { !(0x075300..<0x080100).contains(version) }

    static func note(about version: UInt32) -> String? {
        guard !reusesHandles(version) else { return nil }
        return
            "libcurl \(text(version)) needs a handle of its own for every turn (a server can corrupt the memory of one "
            + "that is used again); 8.1.0 or newer does not, and takes less processor time"
    }

    private static func text(_ version: UInt32) -> String {
        "\(version >> 16).\(version >> 8 & 0xFF).\(version & 0xFF)"
    }
}
