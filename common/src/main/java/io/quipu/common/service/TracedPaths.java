package io.quipu.common.service;

import java.util.List;

/**
 * Which requests of a service can be recorded in traces; all others are not even looked at.
 *
 * @param outside whether they come from outside, so that a sampler decides; else those are recorded that another of our services
 *     has sent for a recorded one
 * @param patterns of paths, as servlet filters have them
 */
public record TracedPaths(boolean outside, List<String> patterns) {

    /** No requests. */
    static final TracedPaths NONE = between();

    /** Of requests that begin a trace here, or continue one of their senders. */
    public static TracedPaths outside(String... patterns) {
        return new TracedPaths(true, List.of(patterns));
    }

    /** Of requests between our services. */
    public static TracedPaths between(String... patterns) {
        return new TracedPaths(false, List.of(patterns));
    }
}
