/// What a turn, an event and a stream cost the generator, as measured on a machine.
package struct Calibration: Sendable, Codable {
    /// Processor time of a turn of one event, in seconds.
    package var cpuPerTurnS: Double
    /// Processor time of an event that comes by itself, in seconds.
    package var cpuPerEventS: Double
    /// Resident memory of a live stream, in bytes.
    package var bytesPerStream: Double
    /// Resident memory of a process without streams, in bytes.
    package var bytesPerProcess: Double

    /// Makes the costs from two runs.
    ///
    /// - Parameters:
    ///   - short: A run of turns of one event.
    ///   - paced: A run in which each event came by itself; what it took beyond its turns is the events'.
    ///   - bytesPerStream: Resident memory of each further stream.
    ///   - bytesPerProcess: Resident memory of the process without streams.
    package init(short: Summary, paced: Summary, bytesPerStream: Double, bytesPerProcess: Double) {
        let turnS = short.generator.cpuS / Double(max(short.turns.completed, 1))
        let turnsS = turnS * Double(paced.turns.completed)
        let events = paced.events.total - min(paced.turns.completed, paced.events.total)
        cpuPerTurnS = turnS
        cpuPerEventS = max(paced.generator.cpuS - turnsS, 0) / Double(max(events, 1))
        self.bytesPerStream = bytesPerStream
        self.bytesPerProcess = bytesPerProcess
    }

    /// Makes costs that are known.
    package init(cpuPerTurnS: Double, cpuPerEventS: Double, bytesPerStream: Double, bytesPerProcess: Double) {
        self.cpuPerTurnS = cpuPerTurnS
        self.cpuPerEventS = cpuPerEventS
        self.bytesPerStream = bytesPerStream
        self.bytesPerProcess = bytesPerProcess
    }
}

/// What a number of users would need: processes, cores, addresses, memory, machines.
///
/// Pure arithmetic, each step of which is a member, so that it can be shown.
package struct CapacityPlan: Sendable, Codable {
    /// What is planned for.
    package struct Load: Sendable, Codable {
        package var users: Int
        /// Of each user, while it is answered.
        package var eventsPerSecond: Double
        package var eventsPerTurn: Double

        package init(users: Int, eventsPerSecond: Double, eventsPerTurn: Double) {
            self.users = users
            self.eventsPerSecond = eventsPerSecond
            self.eventsPerTurn = eventsPerTurn
        }
    }

    /// A machine of the kind that is planned with.
    package struct Machine: Sendable, Codable {
        package var cores: Int
        package var memoryBytes: Double
        /// How many files a process may have open.
        package var openFiles: Int
        /// The local ports that one address has for one target.
        package var portsPerAddress: Int

        package init(cores: Int, memoryBytes: Double, openFiles: Int, portsPerAddress: Int) {
            self.cores = cores
            self.memoryBytes = memoryBytes
            self.openFiles = openFiles
            self.portsPerAddress = portsPerAddress
        }
    }

    /// What the kernel takes for a connection's socket, file and place in epoll, in bytes: not in a process's resident
    /// memory, and not measured.
    package static let kernelBytesPerStream = 5.0 * 1024
    /// How much of a core a loop may use and still be punctual.
    package static let usableShare = 0.6

    package let load: Load
    package let machine: Machine
    package let calibration: Calibration

    package let eventsPerSecond: Double
    package let turnsPerSecond: Double
    /// Processor seconds per second.
    package let cpu: Double
    /// Processes, so that none uses more of its core than is punctual.
    package let processesForCPU: Int
    package let usersPerProcessForFiles: Int
    /// Processes, so that each has enough open files.
    package let processesForFiles: Int
    package let processes: Int
    package let memoryBytes: Double
    package let machinesForCores: Int
    package let machinesForMemory: Int
    package let machines: Int
    package let usersPerMachine: Int
    package let processesPerMachine: Int
    package let addressesPerMachine: Int

    /// Plans.
    ///
    /// - Parameters:
    ///   - load: What is planned for.
    ///   - machine: What there is of machines.
    ///   - calibration: What things cost.
    package init(_ load: Load, on machine: Machine, calibration: Calibration) {
        func divided(_ value: Double, by part: Double) -> Int {
            // 204.00000000000003 / 0.6 is not to be 341.
            part > 0 ? max(Int((value / part - 1e-9).rounded(.up)), 1) : 1
        }
        self.load = load
        self.machine = machine
        self.calibration = calibration
        let users = Double(load.users)
        eventsPerSecond = users * load.eventsPerSecond
        turnsPerSecond = eventsPerSecond / load.eventsPerTurn
        cpu = eventsPerSecond * calibration.cpuPerEventS + turnsPerSecond * calibration.cpuPerTurnS
        processesForCPU = divided(cpu, by: Self.usableShare)
        usersPerProcessForFiles = max(RunNeeds.users(descriptors: machine.openFiles), 1)
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
