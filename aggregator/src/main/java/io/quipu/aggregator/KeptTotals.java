package io.quipu.aggregator;

import io.quipu.common.time.Retention;
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.OrganizationWindow;

/**
 * For how long the documents of windows are kept. Levels, links and plan versions are kept for ever.
 *
 * @param consumers those of consumers; not longer than their organizations', without which nobody could find them
 * @param organizations those of organizations
 */
public record KeptTotals(Retention consumers, Retention organizations) {

    /** Nothing is ever dropped. */
    public static final KeptTotals FOR_EVER = new KeptTotals(Retention.forEver("consumers"), Retention.forEver("organizations"));

    /** Checks which is longer. */
    public KeptTotals {
        if (organizations.months() != 0 && (consumers.months() == 0 || consumers.months() > organizations.months())) {
            throw new IllegalArgumentException("it must not be longer than " + organizations.property() + " of "
                    + organizations.months() + " months: consumers are found through their organization");
        }
    }

    /** When the document with that content goes. */
    long expiry(Object document) {
        if (document instanceof ConsumerWindow consumer) {
            return consumers.expiry(consumer.window());
        }
        return document instanceof OrganizationWindow organization ? organizations.expiry(organization.window()) : Retention.NEVER;
    }

    /** The first millisecond of the oldest month whose documents are all still there at a time. */
    long from(long now) {
        return consumers.keptFrom(now);
    }

    /**
     * Refuses to count in a month of which documents have gone: what waited for so long would be counted without the rest. Whoever
     * operates this has to decide about it.
     *
     * @param time in whose windows the usage of that position counts
     * @param from the oldest that is {@linkplain #from kept}
     */
    void requireKept(long time, long position, long from) {
        if (time < from) {
            throw new IllegalStateException("position " + position + " counts in " + Window.month(time) + ", of which "
                    + consumers.property() + " has dropped what was counted before");
        }
    }
}
