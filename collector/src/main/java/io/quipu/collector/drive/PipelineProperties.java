package io.quipu.collector.drive;

import io.quipu.collector.log.LogSettings;
import io.quipu.collector.log.LogTimes;
import io.quipu.common.time.Lateness;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of the log and its drivers.
 *
 * @param slack how old the end of accepted usage may be
 * @param lead how far ahead it may be
 * @param partitions into how many partitions organizations are hashed; fixed when the log is first opened
 * @param drain how long a stop waits for what is in flight
 * @param appendTimeout how long whoever appends waits until it is durable
 * @param backlog limits of the backlog
 * @param log how the log is kept
 * @param append how it is appended to
 * @param drive how it is driven
 * @param breaker when the stage below counts as away
 */
@ConfigurationProperties("quipu")
public record PipelineProperties(
        @DefaultValue("PT48H") Duration slack,
        @DefaultValue("PT10M") Duration lead,
        @DefaultValue("64") int partitions,
        @DefaultValue("PT2S") Duration drain,
        @DefaultValue("PT30S") Duration appendTimeout,
        @DefaultValue BacklogLimits backlog,
        @DefaultValue Keeping log,
        @DefaultValue Appending append,
        @DefaultValue Driving drive,
        @DefaultValue Breaking breaker) {

    /**
     * Limits of the backlog.
     *
     * @param max usages that may be accepted and not driven yet
     */
    public record BacklogLimits(@DefaultValue("1000000") long max) {
    }

    /**
     * How the log is kept.
     *
     * @param retention how old a segment becomes, by log time at the cursor
     * @param sweep how often some partitions are looked at that nothing has asked for, see {@link PipelineSweep.Pace}
     */
    public record Keeping(@DefaultValue("P400D") Duration retention, @DefaultValue("PT1M") Duration sweep) {
    }

    /**
     * How the log is appended to.
     *
     * @param threads rounds that can be under way at a time; each writes what waits in all partitions
     */
    public record Appending(@DefaultValue("1") int threads) {
    }

    /**
     * How the log is driven.
     *
     * @param threads rounds that can be under way at a time, each of which drives a batch of some partitions that have usage: one
     *     more than would fill two processors, since each waits for its stages
     * @param interval how long a partition that has driven all there was lets more come together before it drives again:
     *     longer makes fewer and larger batches, which cost less per usage
     * @param yieldAbove while more requests with usage than this are under way, now or on average lately, drivers wait
     * @param yieldAtMost but no longer than this after the oldest usage was accepted
     * @param backoffFirst the wait after a first failure
     * @param backoffLongest the longest wait
     */
    public record Driving(@DefaultValue("3") int threads, @DefaultValue("PT0.05S") Duration interval,
            @DefaultValue("16") int yieldAbove, @DefaultValue("PT30S") Duration yieldAtMost,
            @DefaultValue("PT0.2S") Duration backoffFirst, @DefaultValue("PT30S") Duration backoffLongest) {
    }

    /**
     * When the stage below counts as away.
     *
     * @param calls how many of the last calls are looked at
     * @param failurePercent opens when so many of them found it unavailable
     * @param open how long it stays open
     * @param trials calls that are let through when it half-opens: one of each round that can be under way
     */
    public record Breaking(@DefaultValue("20") int calls, @DefaultValue("50") int failurePercent,
            @DefaultValue("PT5S") Duration open, @DefaultValue("3") int trials) {
    }

    Lateness lateness() {
        return new Lateness(slack, lead);
    }

    LogSettings logSettings() {
        return new LogSettings(partitions, backlog.max(), append.threads(), new LogTimes(lateness(), log.retention()));
    }
}
