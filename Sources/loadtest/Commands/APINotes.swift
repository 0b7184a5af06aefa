import Foundation
import LoadEngine

/// What is to be known of a profile before it is played, or looked at.
enum APINotes {
    /// Says on the standard error what is not sent because this machine does not have it.
    ///
    /// - Parameters:
    ///   - api: The profile.
    ///   - headers: The lines of headers that are sent instead of the profile's.
    static func write(of api: APIProfile, headers: [String]) {
        let notes = api.notes(onEnvironment: ProcessInfo.processInfo.environment, headers: headers)
        for note in notes { StandardStream.error.write("note: \(note)\n") }
    }
}
