package io.quipu.acceptance.bench;

import java.io.IOException;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;

/** Scenarios of last month, all of whose days are past: the services' slack is larger than that. */
final class Month {

    /** Documents that change levels; and the scenario that compares them with {@link #DISCRETE} ones. */
    static final String LEVELS = "levels";

    /** As many usage documents of as many instances, of the same measure. */
    static final String DISCRETE = "levels-discrete";

    /** With as many organizations as there are, a thousand instances. */
    private static final int CONSUMERS_OF_LEVELS = 50;
    private static final long CHANGES = 100_000;
    private static final long QUICK_CHANGES = 10_000;
    private static final int TURNS = 2;

    private final YearMonth month;

    private Month(Run run) {
        month = YearMonth.from(run.now().atOffset(ZoneOffset.UTC)).minusMonths(1);
    }

    private long noon(int day) {
        return (day == 0 ? month.atEndOfMonth() : month.atDay(day)).atTime(LocalTime.NOON).toInstant(ZoneOffset.UTC)
                .toEpochMilli();
    }

    private long start() {
        return month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli();
    }

    private long end() {
        return month.plusMonths(1).atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli();
    }

    /** The same usage on the month's first day, or on its last, which is 0. */
    static void day(Run run, String name, int day) throws IOException, InterruptedException {
        Traffic traffic = run.traffic(new Traffic.Shape(name, Scenarios.FEW_ORGANIZATIONS, Scenarios.SPACES, Scenarios.CONSUMERS, 1,
                Times.at(new Month(run).noon(day)), Offer.BUILT_IN));
        run.drive(name + " making known", traffic, Load.Order.all(Scenarios.BATCH_CONNECTIONS, Scenarios.HUNDRED,
                Scenarios.FEW_ORGANIZATIONS * Scenarios.CONSUMERS));
        run.oneAtATime(name, Scenarios.SINGLE, traffic, 1, run.options().quick() ? 20 : 200);
        run.load(name, "", traffic, run.order(Scenarios.BATCH_CONNECTIONS, Scenarios.HUNDRED, 10, Scenarios.MOST));
        run.verify(traffic);
    }

    /**
     * Both kinds of documents in turns, each over the whole month, in new organizations; and reports of both as of the month's
     * end, one of each in turns. The first of each is not measured, nor are their first reports: the compilers have seen neither.
     */
    static void levels(Run run) throws IOException, InterruptedException {
        Month month = new Month(run);
        long changes = run.options().quick() ? QUICK_CHANGES : CHANGES;
        run.provide(Offer.DISCRETE);
        Load.Order order = Load.Order.all(Scenarios.BATCH_CONNECTIONS, Scenarios.HUNDRED, changes);
        run.drive(DISCRETE + " running in", month.traffic(run, DISCRETE + "-0", Offer.DISCRETE, changes), order);
        run.drive(LEVELS + " running in", month.traffic(run, LEVELS + "-0", Offer.LEVEL, changes), order);
        Map<String, Traffic> kinds = new LinkedHashMap<>();
        for (int turn = 1; turn <= TURNS; turn++) {
            Traffic discrete = month.traffic(run, DISCRETE + "-" + turn, Offer.DISCRETE, changes);
            run.load(DISCRETE, "turn " + turn, discrete, order);
            run.verify(discrete);
            Traffic levels = month.traffic(run, LEVELS + "-" + turn, Offer.LEVEL, changes);
            run.load(LEVELS, "turn " + turn, levels, order);
            run.verifyLevels(levels, month.end());
            // Of the first turn: what the stores have at hand is what was written last, which is of one kind.
            kinds.putIfAbsent(DISCRETE, discrete);
            kinds.putIfAbsent(LEVELS, levels);
        }
        for (String depth : Reports.DEPTHS) {
            // What scenarios have read before are reports of discrete usage.
            Reports.warmUp(run, kinds, depth, month.end() - 1, run.time(15_000, 200));
            Reports.inTurns(run, kinds, depth, month.end() - 1, run.time(8_000, 200)).forEach(run::add);
        }
    }

    private Traffic traffic(Run run, String name, Offer offer, long changes) {
        return run.traffic(new Traffic.Shape(name, Scenarios.FEW_ORGANIZATIONS, Scenarios.SPACES, CONSUMERS_OF_LEVELS, 1,
                Times.over(start(), end(), changes), offer));
    }
}
