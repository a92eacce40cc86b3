package io.quipu.reporting.report;

import io.quipu.common.time.Window;
import io.quipu.common.totals.InstanceLevels;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.totals.MetricTotal;
import io.quipu.common.totals.PlanTotals;
import io.quipu.reporting.report.MetricSlots.PlanCell;
import io.quipu.reporting.report.PlanAmounts.Amount;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Turns the totals of a scope into what a report says about it: each number is either that of a document or the exact sum
 * of numbers below it.
 *
 * <p>A slot is null where the plan has no usage in the window; where it has, every metric of the plan version that the
 * window's document names is shown, with zeros when it was not folded. A metric that has left the plan shows its stored
 * totals, after the others. A plan without usage in any slot is left out.
 *
 * <p>The slot of a month that is cut is its {@link MonthToDate}. A metric that is weighted by time is shown in every slot in which
 * it has a level, or a change of it: see {@link LevelEvaluation}.
 */
public final class ScopeAssembly {

    private static final int TIME_DIGITS = 16;

    private final ReportWindows windows;
    private final Function<String, PlanTerms> terms;
    private final LevelWindows places;
    private final MetricSlots slots;
    private final MonthToDate monthToDate;

    /**
     * An assembly for one report of an organization without levels.
     *
     * @param windows the windows of the report
     * @param terms the terms of a plan version, by its id
     * @param begun what the organization has used on the days of a cut month
     */
    public ScopeAssembly(ReportWindows windows, Function<String, PlanTerms> terms, Set<PlanKey> begun) {
        this(windows, terms, begun, windows.time());
    }

    /**
     * An assembly for one report.
     *
     * @param windows the windows of the report
     * @param terms the terms of a plan version, by its id
     * @param begun what the organization has used on the days of a cut month
     * @param until the time up to which levels count, see {@link OrganizationTotals#until}
     */
    public ScopeAssembly(ReportWindows windows, Function<String, PlanTerms> terms, Set<PlanKey> begun, long until) {
        this.places = new LevelWindows(windows, until);
        this.windows = windows;
        this.terms = terms;
        this.slots = new MetricSlots(windows.time(), terms);
        this.monthToDate = new MonthToDate(windows, terms, slots, begun);
    }

    /** The resources of a scope without hours and pooled levels, by id. */
    public List<ResourceReport> resources(ScopeTotals totals) {
        return resources(totals, PooledLevels.NONE);
    }

    /**
     * The resources of a scope without hours, by id.
     *
     * @param pooled what it is charged for pooled levels
     */
    public List<ResourceReport> resources(ScopeTotals totals, PooledLevels pooled) {
        Levels levels = levels(totals, pooled);
        return resources(List.of(), column(windows.days(), totals, levels), months(totals, levels));
    }

    /**
     * The resources of an organization, by id.
     *
     * @param totals its months and days
     * @param hourly the days that have the hours
     * @param pooled what it is charged for pooled levels
     */
    public List<ResourceReport> resources(ScopeTotals totals, ScopeTotals hourly, PooledLevels pooled) {
        Levels ofHours = levels(hourly, pooled);
        List<Cell> hours = windows.hours().slots(hour -> hour(hour, hourly, ofHours));
        Levels levels = totals == hourly ? ofHours : levels(totals, pooled);
        return resources(hours, column(windows.days(), totals, levels), months(totals, levels));
    }

    /** The levels of a scope, and what it is charged for the pooled part of them. */
    private record Levels(LevelEvaluation evaluation, PooledLevels pooled) {

        SortedMap<PlanKey, PlanAmounts> with(Window window, SortedMap<PlanKey, PlanAmounts> others) {
            return evaluation.with(window, others, pooled);
        }
    }

    private Levels levels(ScopeTotals totals, PooledLevels pooled) {
        return new Levels(new LevelEvaluation(places, totals), pooled);
    }

    /** The charges of a space or consumer: the sums of the resources shown. */
    public List<List<Slot>> charges(List<ResourceReport> resources) {
        return charges(resources, List.of());
    }

    /** The charges of an organization: the sums of the resources shown. */
    public List<List<Slot>> chargesOfOrganization(List<ResourceReport> resources) {
        return charges(resources, windows.hours().slots(window -> null));
    }

    private List<List<Slot>> charges(List<ResourceReport> resources, List<Slot> noHours) {
        return resources.isEmpty()
                ? SlotArrays.of(noHours, windows.days().slots(window -> null), windows.months().slots(window -> null))
                : SlotArrays.sum(resources.stream().map(ResourceReport::windows).toList());
    }

    /**
     * What a resource instance used under one plan path; empty when nothing of it is in the report.
     *
     * @param documents its documents that show something
     * @param told its levels, or null where it has none; not, when it has no documents
     */
    public Optional<InstanceReport> instance(List<InstanceWindow> documents, InstanceLevels told) {
        Optional<InstanceWindow> last = documents.stream()
                .max(Comparator.comparing((InstanceWindow d) -> !(windows.cut() && d.window().equals(windows.month())))
                        .thenComparing(InstanceWindow::processed));
        String id = last.map(InstanceWindow::resourceInstanceId).orElseGet(() -> told.resourceInstanceId());
        long processed = last.map(InstanceWindow::processed).orElseGet(() -> told.processed());
        ScopeTotals totals = ScopeTotals.ofInstance(documents, told, terms);
        Levels levels = levels(totals, PooledLevels.NONE);
        return metrics(List.of(), column(windows.days(), totals, levels), months(totals, levels)).values().stream()
                .findFirst()
                .map(metrics -> new InstanceReport(id, digits(processed), processed, metrics.stream().map(metric ->
                        new MetricReport(metric.metric(), SlotArrays.map(metric.windows(), Slot::ofInstance))).toList()));
    }

    /** A time as sixteen digits. */
    private static String digits(long time) {
        String digits = Long.toString(time);
        return "0".repeat(Math.max(0, TIME_DIGITS - digits.length())) + digits;
    }

    /** One window of a scope: what each plan that has usage in it shows. */
    private record Cell(Window window, SortedMap<PlanKey, PlanAmounts> plans) {
    }

    private List<Cell> column(ReportWindows.Span span, ScopeTotals totals, Levels levels) {
        return span.slots(window -> new Cell(window, levels.with(window, TotalsSum.amounts(terms, totals.of(window)))));
    }

    private List<Cell> months(ScopeTotals totals, Levels levels) {
        return windows.months().slots(month -> new Cell(month, levels.with(month,
                windows.cut() && month.equals(windows.month()) ? monthToDate.amounts(totals)
                        : TotalsSum.amounts(terms, totals.of(month)))));
    }

    private Cell hour(Window hour, ScopeTotals hourly, Levels levels) {
        Window day = Window.day(hour.from());
        int ofDay = Window.hourOfDay(hour.from());
        SortedMap<PlanKey, PlanAmounts> plans = new TreeMap<>();
        for (PlanTotals plan : hourly.of(day)) {
            SortedMap<String, Amount> metrics = new TreeMap<>();
            for (MetricTotal metric : plan.metrics()) {
                if (metric.hours() != null) {
                    metric.hours().stream().filter(h -> h.hour() == ofDay)
                            .forEach(h -> metrics.put(metric.metric(), new Amount(h.quantity(), h.cost(), h.price())));
                }
            }
            if (!metrics.isEmpty()) {
                plans.put(PlanKey.of(plan), new PlanAmounts(plan.plan(), metrics));
            }
        }
        return new Cell(hour, levels.with(hour, plans));
    }

    private List<ResourceReport> resources(List<Cell> hours, List<Cell> days, List<Cell> months) {
        Map<String, List<PlanReport>> byResource = new LinkedHashMap<>();
        metrics(hours, days, months).forEach((key, metrics) -> byResource
                .computeIfAbsent(key.resourceId(), id -> new ArrayList<>()).add(plan(key, metrics)));
        List<ResourceReport> resources = new ArrayList<>(byResource.size());
        byResource.forEach((resource, plans) -> resources.add(resource(resource, plans)));
        return resources;
    }

    private static PlanReport plan(PlanKey key, List<MetricReport> metrics) {
        List<List<List<Slot>>> charges = new ArrayList<>(metrics.size());
        metrics.forEach(metric -> charges.add(SlotArrays.map(metric.windows(), Slot::chargeOnly)));
        return new PlanReport(key.path().joined(), key.path().meteringPlanId(), key.path().ratingPlanId(),
                key.path().pricingPlanId(), metrics, SlotArrays.sum(charges), null);
    }

    private static List<PlanCell> of(PlanKey key, List<Cell> cells) {
        List<PlanCell> column = new ArrayList<>(cells.size());
        for (Cell cell : cells) {
            column.add(cell == null ? PlanCell.NONE : new PlanCell(cell.window(), cell.plans().get(key)));
        }
        return column;
    }

    /** The metrics of each plan that has usage in any slot. */
    private SortedMap<PlanKey, List<MetricReport>> metrics(List<Cell> hours, List<Cell> days, List<Cell> months) {
        SortedMap<PlanKey, List<MetricReport>> metrics = new TreeMap<>();
        Set<PlanKey> keys = new TreeSet<>();
        for (List<Cell> cells : List.of(months, days, hours)) {
            for (Cell cell : cells) {
                if (cell != null) {
                    keys.addAll(cell.plans().keySet());
                }
            }
        }
        for (PlanKey key : keys) {
            List<MetricReport> ofPlan = slots.metrics(of(key, hours), of(key, days), of(key, months));
            if (!ofPlan.isEmpty()) {
                metrics.put(key, ofPlan);
            }
        }
        return metrics;
    }

    private static ResourceReport resource(String resourceId, List<PlanReport> plans) {
        Map<String, List<List<List<Slot>>>> byMetric = new LinkedHashMap<>();
        for (PlanReport plan : plans) {
            for (MetricReport metric : plan.aggregatedUsage()) {
                byMetric.computeIfAbsent(metric.metric(), name -> new ArrayList<>())
                        .add(SlotArrays.map(metric.windows(), Slot::ofResource));
            }
        }
        List<MetricReport> totals = new ArrayList<>();
        byMetric.forEach((metric, parts) -> totals.add(new MetricReport(metric, SlotArrays.sum(parts))));
        return new ResourceReport(resourceId, SlotArrays.sum(plans.stream().map(PlanReport::windows).toList()), totals,
                plans);
    }
}
