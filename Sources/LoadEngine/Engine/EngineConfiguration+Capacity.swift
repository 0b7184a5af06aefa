extension EngineConfiguration {
    /// Checks that the system has what the run needs in one process, as `LoadRun.start` does, without starting anything.
    ///
    /// The host is resolved; nothing is sent to it. It may take this thread a second or two.
    /// - Throws: `LoadError.configuration` for mistakes in the configuration; `LoadError.engine` when the host cannot be
    ///   resolved, and when open files, local ports or memory are too few: it says what would fit.
    public func checkCapacity() throws(LoadError) {
        let checked = try LoadError.checking { () throws(ConfigurationError) in try CheckedConfiguration(self) }
        try LoadError.running { () throws(EngineError) in
            var plan = try RunPlan(checked)
            try plan.checkFit()
        }
    }
}
