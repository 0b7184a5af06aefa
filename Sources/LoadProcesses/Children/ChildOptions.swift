package import Subprocess

extension PlatformOptions {
    /// For a child that ends when its standard input closes.
    ///
    /// - Parameter hasOwnGroup: Whether it is in a process group of its own, in which it hears nothing of a terminal's Ctrl-C
    ///   and Ctrl-Z.
    /// - Returns: The options.
    package static func child(hasOwnGroup: Bool) -> PlatformOptions {
        var options = PlatformOptions()
        if hasOwnGroup { options.processGroupID = 0 }
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: ChildProcesses.lastPatience)]
        return options
    }
}

extension TerminationStatus {
    /// Such as "exit code 2".
    package var text: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signaled(let number): "signal \(number)"
        }
    }
}
