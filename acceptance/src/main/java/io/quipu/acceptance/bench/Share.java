package io.quipu.acceptance.bench;

import java.util.Arrays;
import java.util.List;

/**
 * Single documents accepted, as a share of what an empty endpoint takes of the same, in turns.
 *
 * @param connections how many requests may have been under way
 * @param emptyPerSecond requests a second of the empty endpoint, of each turn
 * @param acceptedPerSecond usages a second that were accepted, of each turn
 * @param share the median of these, of those
 * @param longestLagSeconds after the last answer, until all usages were in the reports
 * @param emptyCpuMicros CPU of the empty endpoint per request, in microseconds
 */
record Share(int connections, List<Double> emptyPerSecond, List<Double> acceptedPerSecond, double share,
        double longestLagSeconds, double emptyCpuMicros) {

    static Share of(List<MachineLimits.EmptyResult> empty, List<LoadResult> loads) {
        double[] requests = empty.stream().mapToDouble(MachineLimits.EmptyResult::requestsPerSecond).toArray();
        double[] accepted = loads.stream().mapToDouble(LoadResult::acceptedPerSecond).toArray();
        return new Share(loads.get(0).connections(), Arrays.stream(requests).boxed().toList(),
                Arrays.stream(accepted).boxed().toList(), Verdict.median(accepted) / Verdict.median(requests),
                loads.stream().mapToDouble(LoadResult::lagSeconds).max().orElse(0),
                Verdict.median(empty.stream().mapToDouble(MachineLimits.EmptyResult::cpuMicros).toArray()));
    }
}
