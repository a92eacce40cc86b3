package io.quipu.reporting;

import io.quipu.common.plan.PlanVersion;
import io.quipu.common.quantity.Value;
import io.quipu.common.stage.Watermark;
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerLevels;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.InstanceLevels;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.totals.LevelSums;
import io.quipu.common.totals.MetricTotal;
import io.quipu.common.totals.OrganizationLevels;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.totals.PlanLevels;
import io.quipu.common.totals.PlanTotals;
import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.wire.Json;
import io.quipu.reporting.source.Collector.LoggedUsage;
import io.quipu.reporting.source.InstanceDocuments;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Usage in the order in which it was accepted, and the documents that it leads to: recomputed from all usage each time, so
 * slowly and obviously. The position of a usage is its index.
 */
public final class Ledger {

    public static final String ORGANIZATION = "org";

    private final List<Used> usage = new ArrayList<>();
    private final Map<String, PlanVersion> plans = new TreeMap<>();

    /** One metered usage of one instance. */
    public record Used(String space, String consumer, String instance, String resource, PlanVersion plan, long end,
            Map<String, BigDecimal> quantities, Map<String, BigDecimal> prices, List<Changed> changes) {

        /** One that changes no level. */
        public Used(String space, String consumer, String instance, String resource, PlanVersion plan, long end,
                Map<String, BigDecimal> quantities, Map<String, BigDecimal> prices) {
            this(space, consumer, instance, resource, plan, end, quantities, prices, List.of());
        }

        boolean touches(Window window) {
            return window.contains(end) || changes.stream().anyMatch(change -> window.contains(change.time()));
        }
    }

    /** One change of a level, pooled or not. */
    public record Changed(String metric, long time, BigDecimal change, BigDecimal cost, boolean pooled) {

        /** One at a proportional price. */
        public Changed(String metric, long time, BigDecimal change, BigDecimal cost) {
            this(metric, time, change, cost, false);
        }

        private BigDecimal pooledChange() {
            return pooled ? change : BigDecimal.ZERO;
        }
    }

    public Ledger add(Used used) {
        usage.add(used);
        plans.put(Json.id(used.plan()), used.plan());
        return this;
    }

    public Map<String, PlanVersion> plans() {
        return plans;
    }

    /** The ledger as it was after the first so many usages. */
    public Ledger first(int count) {
        Ledger first = new Ledger();
        usage.subList(0, count).forEach(first::add);
        return first;
    }

    public List<Used> usage() {
        return usage;
    }

    /** A usage as the log has it. */
    public LoggedUsage logged(int position) {
        Used used = usage.get(position);
        return new LoggedUsage(position, 1_000_000 + position, "/usage/" + position,
                new Origin(ORGANIZATION, used.space(), used.consumer(), used.resource(), used.plan().planId(),
                        used.instance(), used.end(), used.end()),
                new Pin("1234", "USA", "USD", used.resource(), Json.id(used.plan())),
                used.quantities().entrySet().stream().map(q -> new MeasuredQuantity(q.getKey(), q.getValue())).toList(),
                Integer.toString(position), null, null);
    }

    public List<OrganizationWindow> organization(Set<Window> windows) {
        List<OrganizationWindow> documents = new ArrayList<>();
        for (Window window : windows) {
            last(window, used -> true).ifPresent(last -> {
                Used used = usage.get(last);
                List<OrganizationWindow.SpaceTotals> spaces = new ArrayList<>();
                ids(window, used1 -> true, Used::space).forEach(space -> spaces.add(new OrganizationWindow.SpaceTotals(
                        space, totals(window, u -> u.space().equals(space), false))));
                documents.add(new OrganizationWindow(OrganizationWindow.VERSION, ORGANIZATION, window, watermark(last), "1234", "USD",
                        used.end(), used.end(), 1_000_000 + last,
                        totals(window, u -> true, window.unit() == Window.Unit.DAY), spaces));
            });
        }
        return documents;
    }

    public Map<String, List<ConsumerWindow>> consumers(String space, Set<Window> windows) {
        Map<String, List<ConsumerWindow>> consumers = new TreeMap<>();
        for (Window window : windows) {
            ids(window, used -> used.space().equals(space), Used::consumer).forEach(consumer -> {
                Predicate<Used> own = used -> used.space().equals(space) && used.consumer().equals(consumer);
                int last = last(window, own).orElseThrow();
                consumers.computeIfAbsent(consumer, id -> new ArrayList<>()).add(new ConsumerWindow(ConsumerWindow.VERSION, ORGANIZATION,
                        space, consumer, window, watermark(last), 1_000_000 + last, totals(window, own, false)));
            });
        }
        return consumers;
    }

    /** The documents and levels of each instance and plan of some consumers. */
    public List<InstanceDocuments> instances(String space, List<String> consumers, Set<Window> windows) {
        List<InstanceDocuments> instances = new ArrayList<>();
        Function<Used, String> key = used -> used.consumer() + " " + used.instance() + " " + used.resource() + " "
                + used.plan().path().joined();
        Predicate<Used> asked = used -> used.space().equals(space) && consumers.contains(used.consumer());
        Map<String, Set<Used>> byKey = new TreeMap<>();
        usage.stream().filter(asked).forEach(used -> byKey.computeIfAbsent(key.apply(used),
                id -> Collections.newSetFromMap(new IdentityHashMap<>())).add(used));
        byKey.values().forEach(of -> {
            Predicate<Used> own = of::contains;
            List<InstanceWindow> documents = new ArrayList<>();
            windows.forEach(window -> last(window, own).ifPresent(last -> documents.add(instance(window, own, last))));
            List<PlanLevels> levels = levels(own);
            Used any = usage.stream().filter(own).findFirst().orElseThrow();
            InstanceDocuments told = new InstanceDocuments(documents, levels.isEmpty() ? null : new InstanceLevels(ORGANIZATION,
                    space, any.consumer(), any.instance(), levelsWatermark(own).position(),
                    1_000_000 + levelsWatermark(own).position(), 0, free(levels.get(0))));
            if (!told.isEmpty()) {
                instances.add(told);
            }
        });
        return instances;
    }

    private static PlanLevels free(PlanLevels levels) {
        return new PlanLevels(levels.resourceId(), levels.path(), levels.plan(), levels.metrics().stream().map(metric ->
                new PlanLevels.MetricLevels(metric.metric(), metric.months().stream().map(month ->
                        new PlanLevels.MonthChange(month.month(), month.change(), BigDecimal.ZERO)).toList())).toList());
    }

    private InstanceWindow instance(Window window, Predicate<Used> own, int last) {
        Used used = usage.get(last);
        boolean day = window.unit() == Window.Unit.DAY;
        return new InstanceWindow(1, ORGANIZATION, used.space(), used.consumer(), used.resource(), used.instance(),
                used.plan().path(), window, watermark(last), Json.id(used.plan()), used.end(), used.end(), 1_000_000 + last,
                totals(window, own, day).get(0).metrics().stream().map(m -> m.level() != null
                        ? new InstanceWindow.MetricState(m.metric(), null, null,
                                new InstanceWindow.LevelChanges(m.level().change(), m.level().area()))
                        : new InstanceWindow.MetricState(m.metric(), m.quantity(), !day ? null : m.hours()
                                .stream().map(h -> new InstanceWindow.HourState(h.hour(), h.quantity())).toList()))
                        .toList());
    }

    /** The levels of the organization; null when nothing has ever changed one. */
    public OrganizationLevels levels() {
        List<OrganizationLevels.SpaceLevels> spaces = new ArrayList<>();
        usage.stream().filter(used -> !used.changes().isEmpty()).map(Used::space).distinct().sorted().forEach(space ->
                spaces.add(new OrganizationLevels.SpaceLevels(space, levels(used -> used.space().equals(space)))));
        return spaces.isEmpty() ? null : new OrganizationLevels(1, ORGANIZATION, levelsWatermark(used -> true),
                levels(used -> true).stream().map(this::withTariffs).toList(), spaces);
    }

    /** The tariff of the last pooled change that was accepted in each month: as soon as it happened. */
    private PlanLevels withTariffs(PlanLevels levels) {
        Map<String, PlanLevels.Tariff> tariffs = new TreeMap<>();
        usage.stream().filter(used -> used.resource().equals(levels.resourceId()) && used.plan().path().equals(levels.path()))
                .forEach(used -> used.changes().stream().filter(Changed::pooled).forEach(change -> {
                    Window month = Window.month(used.end());
                    tariffs.put(change.metric() + month.id(), new PlanLevels.Tariff(change.metric(), month,
                            Json.id(used.plan()), "USA", "USD"));
                }));
        return new PlanLevels(levels.resourceId(), levels.path(), levels.plan(), levels.metrics(),
                List.copyOf(tariffs.values()));
    }

    /** The levels of the consumers of a space that have any. */
    public Map<String, ConsumerLevels> levels(String space) {
        Map<String, ConsumerLevels> levels = new TreeMap<>();
        usage.stream().filter(used -> used.space().equals(space) && !used.changes().isEmpty()).map(Used::consumer)
                .distinct().forEach(consumer -> {
                    Predicate<Used> own = used -> used.space().equals(space) && used.consumer().equals(consumer);
                    levels.put(consumer, new ConsumerLevels(1, ORGANIZATION, space, consumer, levelsWatermark(own),
                            levels(own)));
                });
        return levels;
    }

    private Watermark levelsWatermark(Predicate<Used> own) {
        int last = -1;
        for (int i = 0; i < usage.size(); i++) {
            last = own.test(usage.get(i)) && !usage.get(i).changes().isEmpty() ? i : last;
        }
        return watermark(last);
    }

    private List<PlanLevels> levels(Predicate<Used> own) {
        Map<String, Map<String, Map<Window, PlanLevels.MonthChange>>> byPlan = new TreeMap<>();
        Map<String, Used> last = new TreeMap<>();
        for (Used used : usage) {
            if (own.test(used)) {
                for (Changed change : used.changes()) {
                    String id = used.resource() + " " + used.plan().path().joined();
                    last.put(id, used);
                    Window month = Window.month(change.time());
                    byPlan.computeIfAbsent(id, i -> new TreeMap<>()).computeIfAbsent(change.metric(), m -> new TreeMap<>())
                            .merge(month, new PlanLevels.MonthChange(month, change.change(), change.cost(),
                                    change.pooledChange()), PlanLevels.MonthChange::plus);
                }
            }
        }
        List<PlanLevels> levels = new ArrayList<>();
        byPlan.forEach((id, metrics) -> levels.add(new PlanLevels(last.get(id).resource(), last.get(id).plan().path(),
                Json.id(last.get(id).plan()), metrics.entrySet().stream().map(m -> new PlanLevels.MetricLevels(m.getKey(),
                        m.getValue().values().stream().filter(c -> !c.none()).toList())).toList())));
        return levels;
    }

    private static Watermark watermark(int position) {
        return new Watermark(position, List.of(), -1);
    }

    private Optional<Integer> last(Window window, Predicate<Used> own) {
        Optional<Integer> last = Optional.empty();
        for (int i = 0; i < usage.size(); i++) {
            if (own.test(usage.get(i)) && usage.get(i).touches(window)) {
                last = Optional.of(i);
            }
        }
        return last;
    }

    private Set<String> ids(Window window, Predicate<Used> own, Function<Used, String> id) {
        Set<String> ids = new TreeSet<>();
        usage.stream().filter(own).filter(used -> used.touches(window)).map(id).forEach(ids::add);
        return ids;
    }

    private List<PlanTotals> totals(Window window, Predicate<Used> own, boolean hourly) {
        List<PlanTotals> totals = new ArrayList<>();
        ids(window, own, used -> used.resource() + " " + used.plan().path().joined()).forEach(id -> {
            List<Used> ofPlan = usage.stream().filter(own).filter(used -> used.touches(window))
                    .filter(used -> (used.resource() + " " + used.plan().path().joined()).equals(id)).toList();
            Used last = ofPlan.get(ofPlan.size() - 1);
            Set<String> metrics = new TreeSet<>();
            List<Used> ended = ofPlan.stream().filter(used -> window.contains(used.end())).toList();
            ended.forEach(used -> metrics.addAll(used.quantities().keySet()));
            List<MetricTotal> all = new ArrayList<>(metrics.stream().map(metric -> total(metric, ended, hourly)).toList());
            ofPlan.stream().flatMap(used -> used.changes().stream()).filter(change -> window.contains(change.time()))
                    .map(Changed::metric).distinct().sorted().forEach(metric -> all.add(level(metric, window, ofPlan, hourly)));
            totals.add(new PlanTotals(last.resource(), last.plan().path(), Json.id(last.plan()), all));
        });
        return totals;
    }

    private static MetricTotal level(String metric, Window window, List<Used> usage, boolean hourly) {
        List<MetricTotal.HourTotal> hours = new ArrayList<>();
        for (int i = 0; hourly && i < 24; i++) {
            LevelSums ofHour = sums(metric, new Window(Window.Unit.HOUR, window.from() + i * 3_600_000L), usage);
            if (ofHour != null) {
                hours.add(new MetricTotal.HourTotal(i, null, BigDecimal.ZERO, ofHour));
            }
        }
        return new MetricTotal(metric, null, BigDecimal.ZERO, hourly ? hours : null, sums(metric, window, usage));
    }

    private static LevelSums sums(String metric, Window window, List<Used> usage) {
        return usage.stream().flatMap(used -> used.changes().stream())
                .filter(change -> change.metric().equals(metric) && window.contains(change.time()))
                .map(change -> LevelSums.of(window, change.time(), change.change(), change.cost(), change.pooledChange()))
                .reduce(LevelSums::plus).orElse(null);
    }

    private static MetricTotal total(String metric, List<Used> usage, boolean hourly) {
        List<MetricTotal.HourTotal> hours = new ArrayList<>();
        for (int hour = 0; hourly && hour < 24; hour++) {
            int ofDay = hour;
            List<Used> ofHour = usage.stream().filter(used -> used.quantities().containsKey(metric))
                    .filter(used -> used.end() / 3_600_000 % 24 == ofDay).toList();
            if (!ofHour.isEmpty()) {
                BigDecimal quantity = quantity(metric, ofHour);
                hours.add(new MetricTotal.HourTotal(hour, Value.of(quantity), quantity.multiply(price(metric, ofHour))));
            }
        }
        BigDecimal quantity = quantity(metric, usage);
        return new MetricTotal(metric, Value.of(quantity), quantity.multiply(price(metric, usage)),
                hourly ? hours : null);
    }

    private static BigDecimal price(String metric, List<Used> usage) {
        return usage.stream().map(used -> used.prices().getOrDefault(metric, BigDecimal.ZERO))
                .findFirst().orElse(BigDecimal.ZERO);
    }

    /** The sum, or the sum of the maxima of the instances. */
    private static BigDecimal quantity(String metric, List<Used> usage) {
        Map<String, BigDecimal> ofInstance = new TreeMap<>();
        for (Used used : usage) {
            BigDecimal quantity = used.quantities().get(metric);
            if (quantity != null) {
                ofInstance.merge(used.space() + " " + used.consumer() + " " + used.instance(), quantity,
                        metric.equals("storage") ? BigDecimal::max : BigDecimal::add);
            }
        }
        return ofInstance.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
