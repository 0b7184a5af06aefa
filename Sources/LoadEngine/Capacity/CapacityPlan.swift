/// What a turn, an event and a stream cost the generator, as measured on a machine.
public struct Calibration: Sendable, Codable {
    /// Processor time of a turn of one event, in seconds.
    public var cpuPerTurnS: Double
    /// Processor time of an event that comes by itself, in seconds.
    public var cpuPerEventS: Double
    /// Resident memory of a live stream, in bytes.
    public var bytesPerStream: Double
    /// Resident memory of a process without streams, in bytes.
    public var bytesPerProcess: Double
    /// What `cpuPerTurnS` is the mean of.
    public var measuredCPUPerTurnS: [Double]
    /// What `cpuPerEventS` is the mean of.
    public var measuredCPUPerEventS: [Double]
    /// How much of the machine's processors other programs had while it was measured, from 0 to 1; nil when that is not
    /// known.
    public var othersShare: Double?

    enum CodingKeys: String, CodingKey {
        case cpuPerTurnS = "cpu_per_turn_s"
        case cpuPerEventS = "cpu_per_event_s"
        case bytesPerStream = "bytes_per_stream"
        case bytesPerProcess = "bytes_per_process"
        case measuredCPUPerTurnS = "measured_cpu_per_turn_s"
        case measuredCPUPerEventS = "measured_cpu_per_event_s"
        case othersShare = "others_share"
    }

    /// Two runs that tell what processor time is taken for.
    public struct Pair: Sendable {
        /// A run of turns of one event.
        let short: Summary
        /// A run in which each event came by itself; what it took beyond its turns is the events'.
        let paced: Summary

        /// Makes a pair.
        ///
        /// - Parameters:
        ///   - short: A run of turns of one event.
        ///   - paced: A run in which each event came by itself.
        public init(short: Summary, paced: Summary) {
            self.short = short
            self.paced = paced
        }

        var cpuPerTurnS: Double { short.generator.cpuS / Double(max(short.turns.completed, 1)) }

        var cpuPerEventS: Double {
            let turnsS = cpuPerTurnS * Double(paced.turns.completed)
            let events = paced.events.total - min(paced.turns.completed, paced.events.total)
            return max(paced.generator.cpuS - turnsS, 0) / Double(max(events, 1))
        }
    }

    /// Makes the costs from runs.
    ///
    /// - Parameters:
    ///   - pairs: Measurements of the same, one after another; at least one.
    ///   - bytesPerStream: Resident memory of each further stream.
    ///   - bytesPerProcess: Resident memory of the process without streams.
    ///   - othersShare: How much of the processors other programs had meanwhile.
    public init(_ pairs: [Pair], bytesPerStream: Double, bytesPerProcess: Double, othersShare: Double?) {
        self.init(
            measuredCPUPerTurnS: pairs.map(\.cpuPerTurnS),
            measuredCPUPerEventS: pairs.map(\.cpuPerEventS),
            bytesPerStream: bytesPerStream,
            bytesPerProcess: bytesPerProcess,
            othersShare: othersShare
        )
    }

    /// Makes costs that are known.
    ///
    /// - Parameters:
    ///   - measuredCPUPerTurnS: Processor time of a turn of one event, in seconds, as often as it was measured.
    ///   - measuredCPUPerEventS: Processor time of an event that comes by itself, in seconds, as often as it was measured.
    ///   - bytesPerStream: Resident memory of each further stream.
    ///   - bytesPerProcess: Resident memory of the process without streams.
    ///   - othersShare: How much of the processors other programs had meanwhile, from 0 to 1; nil when that is not known.
    public init(
        measuredCPUPerTurnS: [Double],
        measuredCPUPerEventS: [Double],
        bytesPerStream: Double,
        bytesPerProcess: Double,
        othersShare: Double? = nil
    ) {
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }
        cpuPerTurnS = mean(measuredCPUPerTurnS)
        cpuPerEventS = mean(measuredCPUPerEventS)
        self.measuredCPUPerTurnS = measuredCPUPerTurnS
        self.measuredCPUPerEventS = measuredCPUPerEventS
        self.bytesPerStream = bytesPerStream
        self.bytesPerProcess = bytesPerProcess
        self.othersShare = othersShare
    }

    /// How far the measurements are from their means, the one that is farthest: 0.1 for a tenth.
    public var uncertainty: Double {
        func farthest(_ values: [Double], from mean: Double) -> Double {
            mean > 0 ? values.map { abs($0 - mean) / mean }.max() ?? 0 : 0
        }
        return max(
            farthest(measuredCPUPerTurnS, from: cpuPerTurnS),
            farthest(measuredCPUPerEventS, from: cpuPerEventS)
        )
    }
}

/// What a number of users would need: processes, cores, addresses, memory, machines.
///
/// Pure arithmetic, each step of which is a member, so that it can be shown.
public struct CapacityPlan: Sendable, Codable {
    /// What is planned for.
    public struct Load: Sendable, Codable {
        /// Users at the same time.
        public var users: Int
        /// Events of each user, while it is answered, per second.
        public var eventsPerSecond: Double
        /// Events of a turn.
        public var eventsPerTurn: Double

        /// Makes a load.
        ///
        /// - Parameters:
        ///   - users: Users at the same time.
        ///   - eventsPerSecond: Events of each user, while it is answered, per second.
        ///   - eventsPerTurn: Events of a turn.
        public init(users: Int, eventsPerSecond: Double, eventsPerTurn: Double) {
            self.users = users
            self.eventsPerSecond = eventsPerSecond
            self.eventsPerTurn = eventsPerTurn
        }

        enum CodingKeys: String, CodingKey {
            case users
            case eventsPerSecond = "events_per_second"
            case eventsPerTurn = "events_per_turn"
        }
    }

    /// A machine of the kind that is planned with.
    public struct Machine: Sendable, Codable {
        /// Its processors.
        public var cores: Int
        /// The memory that users can have, in bytes.
        public var memoryBytes: Double
        /// How many files a process may have open.
        public var openFiles: Int
        /// How many of them it has open already before its first connection.
        public var openFilesInUse: Int
        /// The local ports that one address has for one target.
        public var portsPerAddress: Int

        /// Makes a machine.
        ///
        /// - Parameters:
        ///   - cores: Its processors.
        ///   - memoryBytes: The memory that users can have.
        ///   - openFiles: How many files a process may have open.
        ///   - openFilesInUse: How many of them it has open already.
        ///   - portsPerAddress: The local ports that one address has for one target.
        public init(
            cores: Int,
            memoryBytes: Double,
            openFiles: Int,
            openFilesInUse: Int = 0,
            portsPerAddress: Int
        ) {
            self.cores = cores
            self.memoryBytes = memoryBytes
            self.openFiles = openFiles
            self.openFilesInUse = openFilesInUse
            self.portsPerAddress = portsPerAddress
        }

        /// This machine, as it is now; its open files are those of this process.
        public static var current: Machine {
            let facts = SystemFacts.current()
            return Machine(
                cores: facts.cores,
                memoryBytes: Double(facts.availableMemoryBytes ?? 1 << 30),
                openFiles: facts.openFilesHardLimit,
                openFilesInUse: facts.openFiles,
                portsPerAddress: facts.portCount
            )
        }

        enum CodingKeys: String, CodingKey {
            case cores
            case memoryBytes = "memory_bytes"
            case openFiles = "open_files"
            case openFilesInUse = "open_files_in_use"
            case portsPerAddress = "ports_per_address"
        }
    }

    /// What the kernel takes for a connection's socket, file and place in epoll, in bytes: not in a process's resident
    /// memory, and not measured.
    public static let kernelBytesPerStream = 5.0 * 1024
    /// How much of a core a loop may use and still be punctual.
    public static let usableShare = 0.6

    /// What is planned for.
    public let load: Load
    /// What there is of machines.
    public let machine: Machine
    /// What things cost.
    public let calibration: Calibration

    /// Events of all users per second.
    public let eventsPerSecond: Double
    /// Turns of all users per second.
    public let turnsPerSecond: Double
    /// Processor seconds per second.
    public let cpu: Double
    /// Processes, so that none uses more of its core than is punctual.
    public let processesForCPU: Int
    /// Users for whom a process has enough open files.
    public let usersPerProcessForFiles: Int
    /// Processes, so that each has enough open files.
    public let processesForFiles: Int
    /// Processes in all.
    public let processes: Int
    /// Memory of all processes and of the kernel for them, in bytes.
    public let memoryBytes: Double
    /// Machines, so that each process has a core.
    public let machinesForCores: Int
    /// Machines, so that there is enough memory.
    public let machinesForMemory: Int
    /// Machines in all.
    public let machines: Int
    /// Users of each machine.
    public let usersPerMachine: Int
    /// Processes of each machine.
    public let processesPerMachine: Int
    /// Addresses of each machine, so that there are enough local ports for one target.
    public let addressesPerMachine: Int

    enum CodingKeys: String, CodingKey {
        case load, machine, calibration, cpu, processes, machines
        case eventsPerSecond = "events_per_second"
        case turnsPerSecond = "turns_per_second"
        case processesForCPU = "processes_for_cpu"
        case usersPerProcessForFiles = "users_per_process_for_files"
        case processesForFiles = "processes_for_files"
        case memoryBytes = "memory_bytes"
        case machinesForCores = "machines_for_cores"
        case machinesForMemory = "machines_for_memory"
        case usersPerMachine = "users_per_machine"
        case processesPerMachine = "processes_per_machine"
        case addressesPerMachine = "addresses_per_machine"
    }

    /// Plans.
    ///
    /// - Parameters:
    ///   - load: What is planned for.
    ///   - machine: What there is of machines.
    ///   - calibration: What things cost.
    public init(_ load: Load, on machine: Machine, calibration: Calibration) {
        func divided(_ value: Double, by part: Double) -> Int {
            // 204.00000000000003 / 0.6 is not to be 341; and no number of machines is too large to be told.
            let count = part > 0 ? (value / part - 1e-9).rounded(.up) : 1
            // Of numbers that are none at least one is needed.
            return count > 1 ? Int(min(count, 1e18)) : 1
        }
        self.load = load
        self.machine = machine
        self.calibration = calibration
        let users = Double(load.users)
        eventsPerSecond = users * load.eventsPerSecond
        turnsPerSecond = eventsPerSecond / load.eventsPerTurn
        cpu = eventsPerSecond * calibration.cpuPerEventS + turnsPerSecond * calibration.cpuPerTurnS
        processesForCPU = divided(cpu, by: Self.usableShare)
        usersPerProcessForFiles = max(
            RunNeeds.users(descriptors: max(machine.openFiles, 0) - max(machine.openFilesInUse, 0)),
            1
        )
        processesForFiles = divided(users, by: Double(usersPerProcessForFiles))
        processes = max(processesForCPU, processesForFiles)
        let perStream = calibration.bytesPerStream + Self.kernelBytesPerStream
        memoryBytes = users * perStream + Double(processes) * calibration.bytesPerProcess
        machinesForCores = divided(Double(processes), by: Double(machine.cores))
        machinesForMemory = divided(memoryBytes, by: machine.memoryBytes)
        machines = max(machinesForCores, machinesForMemory)
        usersPerMachine = divided(users, by: Double(machines))
        processesPerMachine = divided(Double(processes), by: Double(machines))
        addressesPerMachine = divided(Double(usersPerMachine), by: Double(machine.portsPerAddress))
    }
}
