package io.quipu.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.time.Window;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.wire.Json;
import io.quipu.reporting.flow.Report;
import io.quipu.reporting.flow.Spool;
import io.quipu.reporting.flow.SpoolMemory;
import io.quipu.reporting.flow.UsageReporting;
import io.quipu.reporting.report.ConsumerReport;
import io.quipu.reporting.report.Depth;
import io.quipu.reporting.report.InstanceReport;
import io.quipu.reporting.report.OrganizationTotals;
import io.quipu.reporting.report.PooledLevels;
import io.quipu.reporting.report.ReportQuery;
import io.quipu.reporting.report.ReportWindows;
import io.quipu.reporting.report.ResourceReport;
import io.quipu.reporting.report.ScopeAssembly;
import io.quipu.reporting.report.ScopeTotals;
import io.quipu.reporting.report.Slot;
import io.quipu.reporting.source.Accumulator;
import io.quipu.reporting.source.Aggregator;
import io.quipu.reporting.source.Aggregator.ConsumerDocuments;
import io.quipu.reporting.source.InstanceDocuments;
import io.quipu.reporting.source.PlanCache;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reports of some hundred consumers, to the byte, against their records written by the mapper, all in memory. */
class ReportBytesTest {

    private static final long NOW = Instant.parse("2026-11-21T05:20:00Z").toEpochMilli();
    private static final long HOUR = 3_600_000;
    private static final long SEED = 20_261_121;
    private static final List<PlanVersion> PLANS = List.of(Plans.STORAGE, Plans.STANDARD, Plans.TOKENS);
    /** What JSON has to escape, or UTF-8 writes in two, three and four bytes. */
    private static final List<String> MARKS = List.of("", "\"", "\\", "/", "\n", "\u0001", "\u007f", "é", "\u2028", "漢", "😀", "<&'>");

    private final Ledger ledger = ledger(new Random(SEED));

    private static Ledger ledger(Random random) {
        Ledger ledger = new Ledger();
        Map<String, BigDecimal> prices = Map.of("storage", new BigDecimal("0.7"), "heavy_api_calls",
                new BigDecimal("0.15"), "thousand_input_tokens", new BigDecimal("0.000000025"));
        for (int i = 0; i < 700; i++) {
            int consumer = random.nextInt(350);
            PlanVersion plan = PLANS.get(random.nextInt(PLANS.size()));
            Map<String, BigDecimal> quantities = new TreeMap<>();
            plan.metering().metrics().forEach(metric -> quantities.put(metric.name(),
                    BigDecimal.valueOf(random.nextLong(1_000_000_000_000L), random.nextInt(15) - 3)));
            ledger.add(new Ledger.Used("space " + consumer % 3, "app:" + consumer + MARKS.get(consumer % MARKS.size()),
                    "instance " + random.nextInt(3) + MARKS.get(i % MARKS.size()),
                    plan == Plans.TOKENS ? "llm" : "object-storage", plan,
                    NOW - random.nextInt(60 * 24) * HOUR, quantities, prices));
        }
        return ledger;
    }

    @ParameterizedTest
    @EnumSource(Depth.class)
    void aReportIsWhatItsRecordsAreAsJson(Depth depth) throws IOException {
        ExecutorService threads = Executors.newFixedThreadPool(UsageReporting.CHUNKS_IN_FLIGHT);
        try {
            UsageReporting reporting = new UsageReporting(new UsageReporting.Sources(new InMemory(), instances(),
                    new PlanCache(new InMemory(), CompiledPlan::of, 100)),
                    new Spool.Limits(new SpoolMemory(200_000), 100_000_000), threads,
                    Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC), new SimpleMeterRegistry());
            for (ReportQuery query : List.of(
                    new ReportQuery(Ledger.ORGANIZATION, NOW, 2, 3, 2, depth),
                    new ReportQuery(Ledger.ORGANIZATION, NOW, ReportQuery.MAX_HOURS, ReportQuery.MAX_DAYS,
                            ReportQuery.MAX_MONTHS, depth),
                    new ReportQuery(Ledger.ORGANIZATION, NOW, 0, 1, 1, depth),
                    new ReportQuery(Ledger.ORGANIZATION, NOW - 9 * 24 * HOUR, 5, 4, 2, depth),
                    new ReportQuery(Ledger.ORGANIZATION, Instant.parse("2026-10-31T23:59:59Z").toEpochMilli(), 24, 31, 1,
                            depth))) {
                ByteArrayOutputStream json = new ByteArrayOutputStream();
                try (Report report = reporting.report(query)) {
                    report.copyTo(json);
                    assertThat(json.size()).isEqualTo((int) report.length());
                    assertThat(report.input().readAllBytes()).as("read as a stream").isEqualTo(json.toByteArray());
                    assertThat(byteByByte(report.input())).isEqualTo(json.toByteArray());
                }
                assertThat(json.toString(StandardCharsets.UTF_8)).as("seed %d, %s", SEED, query)
                        .isEqualTo(new String(Json.write(straightforward(query)), StandardCharsets.UTF_8));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static byte[] byteByByte(InputStream report) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int next = report.read(); next >= 0; next = report.read()) {
            bytes.write(next);
        }
        return bytes.toByteArray();
    }

    private Map<String, Object> straightforward(ReportQuery query) {
        ReportWindows windows = ReportWindows.of(query, NOW);
        OrganizationTotals parent = new OrganizationTotals(windows, ledger.organization(windows.ofOrganization()));
        ScopeAssembly assembly = new ScopeAssembly(windows, id -> Plans.terms(ledger.plans().get(id)), parent.begun());
        OrganizationWindow last = parent.last().orElseThrow();
        List<ResourceReport> resources = assembly.resources(parent.organization(), parent.organization(), PooledLevels.NONE);
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("id", String.format("k/%s/t/%016d", query.organizationId(), query.time()));
        report.put("organization_id", query.organizationId());
        report.put("account_id", last.accountId());
        report.put("start", last.start());
        report.put("end", last.end());
        report.put("processed", last.processed());
        report.put("processed_id", String.format("%016d", last.processed()));
        report.put("currency", last.currency());
        report.put("settled", true);
        report.put("evaluated_to", windows.evaluatedTo());
        report.put("windows", assembly.charges(resources));
        report.put("resources", resources);
        report.put("spaces", query.depth().shows(Depth.SPACE) ? spaces(query, windows, parent, assembly) : List.of());
        return report;
    }

    private List<Space> spaces(ReportQuery query, ReportWindows windows, OrganizationTotals parent,
            ScopeAssembly assembly) {
        List<Space> spaces = new ArrayList<>();
        for (String space : parent.spaces()) {
            List<ResourceReport> resources = assembly.resources(parent.space(space));
            if (!resources.isEmpty()) {
                spaces.add(new Space(space, assembly.charges(resources), resources,
                        query.depth().shows(Depth.CONSUMER) ? consumers(query, space, windows, assembly) : null));
            }
        }
        return spaces;
    }

    private List<ConsumerReport> consumers(ReportQuery query, String space, ReportWindows windows,
            ScopeAssembly assembly) {
        List<ConsumerReport> consumers = new ArrayList<>();
        ledger.consumers(space, windows.ofChildren()).forEach((id, documents) -> {
            List<ResourceReport> resources = assembly.resources(ScopeTotals.ofConsumer(documents, null));
            if (query.depth().shows(Depth.INSTANCE)) {
                List<InstanceDocuments> instances = ledger.instances(space, List.of(id), windows.ofChildren());
                resources = resources.stream().map(resource -> resource.with((resourceId, planId) ->
                        instances(assembly, instances, resourceId, planId))).toList();
            }
            if (!resources.isEmpty()) {
                consumers.add(new ConsumerReport(id, assembly.charges(resources), resources));
            }
        });
        return consumers;
    }

    private static List<InstanceReport> instances(ScopeAssembly assembly, List<InstanceDocuments> instances,
            String resourceId, String planId) {
        Map<String, InstanceReport> found = new TreeMap<>();
        instances.stream().filter(instance -> instance.resourceId().equals(resourceId)
                && instance.path().joined().equals(planId))
                .forEach(instance -> assembly.instance(instance.documents(), instance.levels()).ifPresent(report -> found.put(report.id(), report)));
        return List.copyOf(found.values());
    }

    private record Space(String spaceId, List<List<Slot>> windows, List<ResourceReport> resources,
            List<ConsumerReport> consumers) {
    }

    private Accumulator instances() {
        return (organizationId, spaceId, consumerIds, windows, reader) ->
                ledger.instances(spaceId, consumerIds, windows).forEach(reader);
    }

    /** Consumers come in no order, each twice. */
    private final class InMemory implements Aggregator {

        @Override
        public OrganizationDocuments organization(String organizationId, Set<Window> windows, Set<Window> windowsOfLevels) {
            return new OrganizationDocuments(ledger.organization(windows), null);
        }

        @Override
        public void consumers(String organizationId, String spaceId, Set<Window> windows, boolean levels, Lines lines) {
            List<ConsumerDocuments> consumers = new ArrayList<>();
            ledger.consumers(spaceId, windows).forEach((id, documents) -> {
                consumers.add(new ConsumerDocuments(id, documents));
                consumers.add(new ConsumerDocuments(id, documents));
            });
            Collections.shuffle(consumers, new Random(SEED));
            consumers.forEach(consumer -> lines.line(() -> consumer));
            lines.complete();
        }

        @Override
        public Map<String, PlanVersion> plans(Collection<String> ids) {
            return ledger.plans();
        }
    }
}
