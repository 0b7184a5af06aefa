/// What has come since the last report, as Locust's `stats` has it.
package struct StatsReport: Sendable, Equatable {
    /// What a whole row has, or all rows that are requests.
    package struct Entry: Sendable, Equatable {
        package var name: String
        /// What a master shows as its type.
        package var method: String
        /// In seconds since 1970; nil without any.
        package var lastRequestS: Double?
        /// From when on it was counted, in seconds since 1970.
        package var startS: Double
        package var requests: UInt64 = 0
        /// Those without a time, which a master leaves out of its percentiles.
        package var requestsWithoutTime: UInt64 = 0
        package var failures: UInt64 = 0
        /// All times together, the greatest and the least, in milliseconds; nil without any, since a 0 would stay the least.
        package var totalMs = 0.0
        package var maximumMs = 0.0
        package var minimumMs: Double?
        package var contentBytes: UInt64 = 0
        /// How often each time came.
        package var times: [TimeCount] = []
        /// By the second since 1970 in which they ended.
        package var requestsPerSecond: [SecondCount] = []
        package var failuresPerSecond: [SecondCount] = []

        package init(name: String, method: String, startS: Double) {
            self.name = name
            self.method = method
            self.startS = startS
        }
    }

    /// How often a time came.
    package struct TimeCount: Sendable, Equatable {
        package let ms: Double
        package var count: UInt64

        package init(ms: Double, count: UInt64) {
            self.ms = ms
            self.count = count
        }
    }

    /// How often something came in a second.
    package struct SecondCount: Sendable, Equatable {
        /// Since 1970.
        package let second: Int
        package var count: UInt64

        package init(second: Int, count: UInt64) {
            self.second = second
            self.count = count
        }
    }

    /// One kind of failure in a row.
    package struct Failure: Sendable, Equatable {
        package var key: String
        package var name: String
        package var method: String
        package var error: String
        package var count: UInt64
        /// In seconds since 1970; nil where that is not known.
        package var firstSeenS: Double?
        package var lastSeenS: Double?

        package init(
            key: String,
            name: String,
            method: String,
            error: String,
            count: UInt64,
            firstSeenS: Double?,
            lastSeenS: Double?
        ) {
            self.key = key
            self.name = name
            self.method = method
            self.error = error
            self.count = count
            self.firstSeenS = firstSeenS
            self.lastSeenS = lastSeenS
        }
    }

    package var entries: [Entry] = []
    package var total: Entry
    package var failures: [Failure] = []
    /// The users that there are.
    package var classes = ClassTable()
    /// For the master's locustfile; nil where there is nothing to tell.
    package var progress: Progress?

    package init(total: Entry) {
        self.total = total
    }

    /// How far a worker is with its part of the invocations.
    package struct Progress: Sendable, Equatable {
        /// A conversation's part.
        package struct Part: Sendable, Equatable {
            package let name: String
            package let planned: UInt64
            /// Those that were completed or failed.
            package let ended: UInt64

            package init(name: String, planned: UInt64, ended: UInt64) {
                self.name = name
                self.planned = planned
                self.ended = ended
            }
        }

        package let parts: [Part]

        package init(_ parts: [Part]) {
            self.parts = parts
        }

        fileprivate var packed: PackValue {
            .map(
                parts.map {
                    PackValue.Member(.text($0.name), .array([.count($0.planned), .count($0.ended)]))
                }
            )
        }
    }
}

extension StatsReport {
    /// Its data in a message.
    var packed: PackValue {
        let data: PackValue = .object([
            "stats": .array(entries.map(\.packed)),
            "stats_total": total.packed,
            "errors": .map(failures.map { PackValue.Member(.text($0.key), $0.packed) }),
            "user_classes_count": classes.packed,
            "user_count": .count(UInt64(max(classes.users, 0))),
        ])
        // A master gives what it does not know itself to its locustfile.
        guard let progress, case .map(let members) = data else { return data }
        return .map(members + [PackValue.Member(.text("loadtest"), progress.packed)])
    }
}

extension StatsReport.Entry {
    fileprivate var packed: PackValue {
        .object([
            "name": .text(name),
            "method": .text(method),
            "last_request_timestamp": lastRequestS.map(PackValue.double) ?? .null,
            "start_time": .double(startS),
            "num_requests": .count(requests),
            "num_none_requests": .count(requestsWithoutTime),
            "num_failures": .count(failures),
            "total_response_time": .number(totalMs),
            "max_response_time": .number(maximumMs),
            "min_response_time": minimumMs.map(PackValue.number) ?? .null,
            "total_content_length": .count(contentBytes),
            "response_times": .map(times.map { PackValue.Member(.number($0.ms), .count($0.count)) }),
            "num_reqs_per_sec": Self.packed(requestsPerSecond),
            "num_fail_per_sec": Self.packed(failuresPerSecond),
        ])
    }

    private static func packed(_ counts: [StatsReport.SecondCount]) -> PackValue {
        .map(counts.map { PackValue.Member(.int(Int64($0.second)), .count($0.count)) })
    }
}

extension StatsReport.Failure {
    fileprivate var packed: PackValue {
        .object([
            "name": .text(name),
            "method": .text(method),
            "error": .text(error),
            "occurrences": .count(count),
            "first_seen": firstSeenS.map(PackValue.double) ?? .null,
            "last_seen": lastSeenS.map(PackValue.double) ?? .null,
        ])
    }
}
