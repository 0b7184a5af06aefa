internal import CLoad

/// The libcurl that this process runs on.
public enum LibraryVersion {
    /// Versions with faults that falsify a run, and what they do.
    private static let faults: [(version: UInt32, fault: String)] = [
        (0x080900, "it leaves sockets behind and takes all processor time (fixed in 8.9.1)"),
        (0x080E00, "it fails with more than some 400 transfers (fixed in 8.14.1)"),
        (0x081500, "it leaves connections half closed"),
    ]

    /// What is known against the running libcurl, nil when nothing is.
    public static var warning: String? { warning(about: curl_version_info(CURLVERSION_FIRST).pointee.version_num) }

    static func warning(about version: UInt32) -> String? {
        guard let known = faults.first(where: { $0.version == version }) else { return nil }
        let numbers = "\(version >> 16).\(version >> 8 & 0xFF).\(version & 0xFF)"
        return "libcurl \(numbers) is not fit for load tests: \(known.fault); use another version"
    }
}
