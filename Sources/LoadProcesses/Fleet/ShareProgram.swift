/// What is started for each process that shares a run: a program that calls `LoadRun.playShare`, mostly this one once more,
/// with arguments by which it knows what it is to do.
///
/// It inherits the environment, the folder, the standard error and the limits of who starts it.
public struct ShareProgram: Sendable {
    /// The program's file; `/proc/self/exe` is this program.
    public var path: String
    /// What it is given, without its own name.
    public var arguments: [String]
    /// Whether each is in a process group of its own, in which it hears nothing of a terminal's Ctrl-Z.
    ///
    /// That is for a program which handles SIGTSTP itself, and stops and resumes its children; otherwise they stand still
    /// together with it.
    public var hasOwnGroup: Bool

    /// Makes the description of a program.
    ///
    /// - Parameters:
    ///   - path: The program's file; this program where nothing is said.
    ///   - arguments: What it is given, without its own name.
    ///   - hasOwnGroup: Whether each is in a process group of its own.
    public init(path: String = "/proc/self/exe", arguments: [String], hasOwnGroup: Bool = false) {
        self.path = path
        self.arguments = arguments
        self.hasOwnGroup = hasOwnGroup
    }
}
