import LoadEngine

extension LoadRun {
    /// Starts a run that several processes share, each with a loop of its own, and begin at the same moment.
    ///
    /// Users and invocations are divided among them; the handle adds up what they count. There are no more processes than
    /// there can be users, and with one the run is played in this process. One that is lost loses its part of the run, and the
    /// others go on. All are gone when the run has ended, or this process.
    ///
    /// The host is resolved and the system is asked for what the run needs, which may take the caller's thread a second or two.
    /// This process must leave SIGCHLD as it is, and must not wait for children that it did not start itself.
    /// - Parameters:
    ///   - configuration: What is run; checked first. Several processes write no event log into a pipe.
    ///   - processes: How many processes share it, from 1 to 256.
    ///   - program: What is started for each of them; it must call `playShare`.
    ///   - hooks: What is called when the run is played in this process; others have those that they give to `playShare`.
    ///   - onLoss: Called for each process that is lost during the run, on any thread, with what became of it in words.
    /// - Returns: The handle of the run, whose first users start at once.
    /// - Throws: `LoadError.configuration` for mistakes in the configuration and a number of processes that is none,
    ///   `LoadError.engine` when the host cannot be resolved, when the run does not fit (open files, local ports, memory,
    ///   threads), or when a process cannot be started or does not get ready.
    public static func start(
        _ configuration: EngineConfiguration,
        processes: Int,
        by program: ShareProgram,
        hooks: EngineHooks = EngineHooks(),
        onLoss: @escaping @Sendable (_ loss: String) -> Void = { _ in }
    ) async throws(LoadError) -> LoadRun {
        let checked = try LoadError.checking { () throws(ConfigurationError) in
            guard (1...RunNeeds.mostProcesses).contains(processes) else {
                throw ConfigurationError(
                    "a run has 1 to \(RunNeeds.mostProcesses) processes, not \(processes)",
                    of: ConfigurationField(rawValue: "processes")
                )
            }
            return try CheckedConfiguration(configuration)
        }
        do {
            _ = try await HostWait(checked)?.wait(orUntil: { false })
        } catch {
            throw .engine(error)
        }
        let plan = try LoadError.running { () throws(EngineError) in try RunPlan(checked) }
        return try await start(
            plan,
            processes: plan.processes(atMost: processes),
            by: program,
            hooks: hooks,
            onLoss: onLoss
        )
    }

    /// Starts a run whose target is resolved, in exactly as many processes.
    ///
    /// - Parameters:
    ///   - plan: The whole run.
    ///   - processes: How many processes share it; no more than there can be users.
    ///   - program: What is started for each of several.
    ///   - keptFiles: How many descriptors of this process are kept for what is no stream.
    ///   - hooks: What is called when there is one process.
    ///   - onLoss: Called for each process that is lost during the run.
    /// - Returns: The run, which has begun.
    /// - Throws: As the other.
    package static func start(
        _ plan: RunPlan,
        processes: Int,
        by program: ShareProgram,
        keptFiles: Int = 0,
        hooks: EngineHooks = EngineHooks(),
        onLoss: @escaping @Sendable (String) -> Void
    ) async throws(LoadError) -> LoadRun {
        var plan = plan
        do {
            try plan.checkFit(processes: processes, keptFiles: keptFiles)
        } catch {
            throw .engine(error)
        }
        do {
            try plan.emptyEventLog(processes: processes)
        } catch {
            throw .configuration(error)
        }
        do {
            guard processes > 1 else { return LoadRun(try ThreadBackend.start(plan, hooks: hooks)) }
            return LoadRun(try await ProcessFleet.start(plan, processes: processes, by: program, onLoss: onLoss))
        } catch {
            throw .engine(error)
        }
    }
}

extension RunPlan {
    /// In how many processes it is played: one without a user would keep its invocations to itself.
    package func processes(atMost most: Int) -> Int { min(most, concurrentUsers) }
}
