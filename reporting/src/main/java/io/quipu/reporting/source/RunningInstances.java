package io.quipu.reporting.source;

import io.quipu.common.running.RunningPage;
import io.quipu.common.running.RunningQuery;

/** What runs now, as far as events have been driven. Thread-safe. */
@FunctionalInterface
public interface RunningInstances {

    /**
     * A page of it; empty for an organization of which nothing is known.
     *
     * @throws io.quipu.common.web.Problem 400, code {@code invalid}, when the query's page is none that a page before led to
     */
    RunningPage page(RunningQuery query);
}
