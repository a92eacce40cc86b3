package io.quipu.accumulator;

import io.quipu.accumulator.domain.InstanceKey;
import io.quipu.common.time.Retention;
import io.quipu.common.time.Window;
import io.quipu.common.totals.InstanceWindow;
import java.time.Clock;

/**
 * Keeps the documents of windows for as long as they are to be kept; timelines, links and index pages for ever.
 *
 * @param retention for how long
 * @param clock says which are gone; no figure depends on it
 */
public record Keeping(Retention retention, Clock clock) {

    /** Nothing is ever dropped. */
    public static final Keeping FOR_EVER = new Keeping(Retention.forEver("instances"), Clock.systemUTC());

    /** When the document with that content goes. */
    long expiry(Object document) {
        return document instanceof InstanceWindow instance ? retention.expiry(instance.window()) : Retention.NEVER;
    }

    /** The first millisecond of the oldest month whose documents are still there. */
    long from() {
        return retention.keptFrom(clock.millis());
    }

    /**
     * Refuses to count in a month of which documents have gone: what waited for so long would be counted without the rest. Whoever
     * operates this has to decide about it.
     *
     * @param end in whose windows the usage of that position counts
     * @param from the oldest that is {@linkplain #from kept}
     */
    void requireKept(long end, long position, long from) {
        if (end < from) {
            throw gone("position " + position + " counts", end);
        }
    }

    /** The same for a window in which a level changes. */
    void requireKept(InstanceKey instance, Window window, long from) {
        if (window.from() < from) {
            throw gone("a level of instance " + instance.resourceInstanceId() + " of " + instance.consumer() + " changes",
                    window.from());
        }
    }

    private IllegalStateException gone(String what, long time) {
        return new IllegalStateException(what + " in " + Window.month(time) + ", of which " + retention.property()
                + " has dropped what was counted before");
    }
}
