/// The counts of a run, of a conversation or of a row: a plain piece of memory, all zeros before anything is counted.
///
/// It has neither references nor pointers, so that the loop counts in it without any overhead, and copies it as it is.
public struct TallyCounts: Sendable {
    @usableFromInline var values = Counter.Values(repeating: 0)
    /// Turns by outcome.
    public package(set) var outcomes = OutcomeCounts()
    /// Turns sent whose outcome is not known yet.
    public package(set) var turnsRunning: UInt64 = 0
    /// Conversations that have begun and not ended.
    public package(set) var conversationsRunning: UInt64 = 0

    /// Nothing counted.
    public init() {
        precondition(Counter.allCases.count <= values.count, "room for each counter")
    }

    /// How often something was counted.
    public package(set) subscript(counter: Counter) -> UInt64 {
        @inlinable @inline(__always) get { values[counter.rawValue] }
        @inlinable @inline(__always) set { values[counter.rawValue] = newValue }
    }

    /// Conversations that have ended, but for those that were forgotten.
    package var conversationsEnded: UInt64 {
        self[.conversationsCompleted] + self[.conversationsFailed] + self[.conversationsCancelled]
    }

    /// Whether nothing has been counted, and nothing runs.
    package var isEmpty: Bool {
        turnsRunning + conversationsRunning + outcomes.total == 0 && values.indices.allSatisfy { values[$0] == 0 }
    }

    /// Adds what another part of the run has counted.
    package mutating func add(_ other: TallyCounts) {
        for counter in Counter.allCases {
            switch counter.merge {
            case .sum: self[counter] += other[counter]
            case .greatest: self[counter] = max(self[counter], other[counter])
            }
        }
        outcomes.add(other.outcomes)
        turnsRunning += other.turnsRunning
        conversationsRunning += other.conversationsRunning
    }

    /// What was counted since an earlier moment: conversations that had ended then are forgotten.
    ///
    /// - Parameter earlier: The same counts at the earlier moment.
    /// - Returns: The difference; what runs is as it is.
    package func since(_ earlier: TallyCounts) -> TallyCounts {
        var new = self
        for counter in Counter.allCases {
            switch counter.course {
            case .counts: new[counter] = self[counter] - min(earlier[counter], self[counter])
            case .peak: new[counter] = self[counter] > earlier[counter] ? self[counter] : 0
            case .stays: break
            }
        }
        new[.conversationsForgotten] += earlier.conversationsEnded
        new.outcomes = outcomes.since(earlier.outcomes)
        return new
    }

    /// Counts from now on: what runs counts as just begun.
    package mutating func reset() {
        self = since(self)
        self[.turnsStarted] = turnsRunning
        self[.turnsPeak] = turnsRunning
    }
}

extension TallyCounts: Equatable {
    /// Whether everything was counted as often.
    public static func == (left: TallyCounts, right: TallyCounts) -> Bool {
        Counter.allCases.allSatisfy { left[$0] == right[$0] } && left.outcomes == right.outcomes
            && left.turnsRunning == right.turnsRunning
            && left.conversationsRunning == right.conversationsRunning
    }
}

extension TallyCounts {
    /// Appends the counts to what is told to another process.
    func pack(into packed: inout PackedBytes) {
        for counter in Counter.allCases { packed.append(self[counter]) }
        for outcome in TurnOutcome.allCases { packed.append(outcomes[outcome]) }
        packed.append(turnsRunning)
        packed.append(conversationsRunning)
    }

    /// Reads counts that were packed.
    init(unpacking reader: inout PackedBytes.Reader) throws(PackedBytes.Mistake) {
        self.init()
        for counter in Counter.allCases { self[counter] = try reader.number() }
        for outcome in TurnOutcome.allCases { outcomes[outcome] = try reader.number() }
        turnsRunning = try reader.number()
        conversationsRunning = try reader.number()
    }
}
