import LoadEngine
import LoadModel
import Testing

@Suite("The share that a scheduler gives")
struct ShareSchedulerTests {
    @Test(
        "is the one that its environment says",
        arguments: [
            (["JOB_COMPLETION_INDEX": "2"], 10, "3/10"),
            (["JOB_COMPLETION_INDEX": "0"], 1, "1/1"),
            (["SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_COUNT": "10"], nil, "3/10"),
            (
                [
                    "SLURM_ARRAY_TASK_ID": "5", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_COUNT": "4",
                    "SLURM_ARRAY_TASK_STEP": "2",
                ], nil, "3/4"
            ),
            (["AWS_BATCH_JOB_ARRAY_INDEX": "9", "AWS_BATCH_JOB_ARRAY_SIZE": "10"], nil, "10/10"),
            (["BATCH_TASK_INDEX": "1", "BATCH_TASK_COUNT": "3"], 3, "2/3"),
            (["CLOUD_RUN_TASK_INDEX": "1", "CLOUD_RUN_TASK_COUNT": "3"], nil, "2/3"),
            (
                [
                    "SGE_TASK_ID": "7", "SGE_TASK_FIRST": "1", "SGE_TASK_LAST": "10", "SGE_TASK_STEPSIZE": "3",
                    "JOB_ID": "1",
                ], nil, "3/4"
            ),
            (["CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "4"], nil, "1/4"),
            (["BUILDKITE_PARALLEL_JOB": "3", "BUILDKITE_PARALLEL_JOB_COUNT": "4"], nil, "4/4"),
            // A job that is split, on a runner that is not.
            (
                ["CIRCLE_NODE_INDEX": "0", "CIRCLE_NODE_TOTAL": "1", "CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "4"], nil,
                "2/4"
            ),
            // What is no array is told so by a word.
            (
                ["SGE_TASK_ID": "undefined", "AWS_BATCH_JOB_ARRAY_INDEX": "1", "AWS_BATCH_JOB_ARRAY_SIZE": "2"], nil,
                "2/2"
            ),
        ] as [([String: String], Int?, String)]
    )
    func found(environment: [String: String], count: Int?, share: String) throws {
        #expect(try ShareScheduler.share(in: environment, of: count).text == share)
    }

    @Test(
        "is none where the environment does not say it, or says two things",
        arguments: [
            ([:], nil, "none of JOB_COMPLETION_INDEX"),
            (["JOB_COMPLETION_INDEX": "2"], nil, "write auto/10 for ten"),
            (["JOB_COMPLETION_INDEX": "10"], 10, "JOB_COMPLETION_INDEX=10"),
            (["JOB_COMPLETION_INDEX": "-1"], 10, "JOB_COMPLETION_INDEX=-1"),
            (["JOB_COMPLETION_INDEX": "x"], 10, "none of"),
            (["SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_COUNT": "10"], nil, "SLURM_ARRAY_TASK_MIN is not set"),
            // sbatch --array=1,3,4: nothing says which of them 4 is.
            (
                [
                    "SLURM_ARRAY_TASK_ID": "4", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_COUNT": "3",
                ], nil, "none of 3 shares"
            ),
            (["AWS_BATCH_JOB_ARRAY_INDEX": "1", "AWS_BATCH_JOB_ARRAY_SIZE": "4"], 5, "there are 4 shares, not 5"),
            (["AWS_BATCH_JOB_ARRAY_INDEX": "1", "AWS_BATCH_JOB_ARRAY_SIZE": "many"], nil, "'many'"),
            (
                ["JOB_COMPLETION_INDEX": "1", "SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_TASK_MIN": "1"], 4,
                "means 2/4 and SLURM_ARRAY_TASK_ID 1/4"
            ),
            (["JOB_COMPLETION_INDEX": "9223372036854775807"], 10, "should be a number"),
            (["BATCH_TASK_INDEX": "0", "BATCH_TASK_COUNT": "0"], nil, "none of 0 shares"),
        ] as [([String: String], Int?, String)]
    )
    func refused(environment: [String: String], count: Int?, why: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try ShareScheduler.share(in: environment, of: count)
        }
        #expect(error?.description.contains(why) == true, "\(error?.description ?? "")")
    }
}
