package io.quipu.reporting.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.time.Window;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.reporting.Ledger;
import io.quipu.reporting.Plans;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents of one organization, some of them read before a usage was counted in them, others after. */
class LevelsFitTest {

    private static final long NOW = Instant.parse("2026-11-21T05:00:00Z").toEpochMilli();
    private static final ReportWindows WINDOWS = ReportWindows.of(new ReportQuery("org", NOW, 30, 2, 1, Depth.SPACE), NOW);

    private static long ms(String time) {
        return Instant.parse(time).toEpochMilli();
    }

    private static Ledger.Used change(String space, String end, Object... timesAndChanges) {
        List<Ledger.Changed> changes = new ArrayList<>();
        for (int i = 0; i < timesAndChanges.length; i += 2) {
            changes.add(new Ledger.Changed("memory", ms((String) timesAndChanges[i]),
                    BigDecimal.valueOf((int) timesAndChanges[i + 1]), BigDecimal.ZERO));
        }
        return new Ledger.Used(space, "app", "i", "r", Plans.RUNTIME, ms(end), Map.of(), Map.of(), changes);
    }

    /** Each document as of its ledger. */
    private static OrganizationTotals read(Ledger months, Ledger days, Ledger levels) {
        List<OrganizationWindow> documents = new ArrayList<>(months.organization(WINDOWS.monthsOfLevels()));
        Set<Window> ofDays = new TreeSet<>(WINDOWS.ofOrganization());
        ofDays.addAll(WINDOWS.ofOrganizationWithLevels());
        ofDays.removeAll(WINDOWS.monthsOfLevels());
        documents.addAll(days.organization(ofDays));
        return new OrganizationTotals(WINDOWS, documents, levels.levels());
    }

    @Test
    void documentsOfOneStateFit() {
        Ledger ledger = new Ledger().add(change("a", "2026-09-21T00:00:00Z", "2026-09-21T00:00:00Z", 2))
                .add(change("a", "2026-11-20T00:00:00Z", "2026-11-20T00:00:00Z", 1))
                .add(change("b", "2026-11-20T00:00:00Z", "2026-11-20T01:00:00Z", 1, "2026-11-21T01:00:00Z", -1));
        for (int i = 1; i <= 3; i++) {
            assertThat(read(ledger.first(i), ledger.first(i), ledger.first(i)).fit()).isTrue();
        }
    }

    @Test
    void documentsThatHaveLevelsDoNotFitWhereTheLevelsWereNotReadYet() {
        Ledger ledger = new Ledger().add(change("a", "2026-11-20T00:00:00Z", "2026-11-20T00:00:00Z", 1));
        List<OrganizationWindow> documents = ledger.organization(WINDOWS.monthsOfLevels());
        assertThat(new OrganizationTotals(WINDOWS, documents, null).fit()).isFalse();
        assertThat(new OrganizationTotals(WINDOWS, List.of(), null).fit()).isTrue();
    }

    @Test
    void aMonthThatLacksWhatTheLevelsHaveDoesNot() {
        Ledger ledger = new Ledger().add(change("a", "2026-10-21T00:00:00Z", "2026-10-21T00:00:00Z", 2))
                .add(change("a", "2026-11-20T00:00:00Z", "2026-11-20T00:00:00Z", 1));
        assertThat(read(ledger.first(1), ledger.first(1), ledger).fit()).isFalse();
        assertThat(read(ledger.first(1), ledger, ledger).fit()).isFalse();
    }

    @Test
    void aDayAheadOfItsMonthDoesNotThoughTheMonthAddsUpToNothing() {
        Ledger ledger = new Ledger().add(change("a", "2026-11-20T00:00:00Z", "2026-11-20T00:00:00Z", 2))
                .add(change("a", "2026-11-20T00:00:00Z", "2026-11-20T06:00:00Z", -1, "2026-11-20T07:00:00Z", 1));
        assertThat(read(ledger.first(1), ledger, ledger).fit()).isFalse();
    }

    @Test
    void aChangeOfAMonthThatIsNotShownIsNoneOfItsBusiness() {
        Ledger ledger = new Ledger().add(change("a", "2026-11-20T00:00:00Z", "2026-11-20T00:00:00Z", 2))
                .add(change("a", "2026-10-20T00:00:00Z", "2026-10-20T00:00:00Z", 1));
        assertThat(read(ledger.first(1), ledger.first(1), ledger).fit()).isTrue();
    }

    @Test
    void changesThatCancelOutInTheOrganizationAreSeenInItsSpaces() {
        Ledger ledger = new Ledger().add(change("a", "2026-11-20T00:00:00Z", "2026-11-20T00:00:00Z", 2))
                .add(change("a", "2026-11-20T00:00:00Z", "2026-11-20T06:00:00Z", -1))
                .add(change("b", "2026-11-20T00:00:00Z", "2026-11-20T06:00:00Z", 1));
        assertThat(read(ledger.first(1), ledger.first(1), ledger).fit()).isFalse();
    }

    /** Whatever is read while a usage is being counted, in what fits each figure has all of it or nothing. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatFitsShowsOneState(long seed) {
        Random random = new Random(seed);
        Ledger ledger = new Ledger();
        for (int i = 0; i < 30; i++) {
            long end = ms("2026-10-28T00:00:00Z") + random.nextInt(24 * 24) * 3_600_000L;
            long until = end + random.nextInt(100) * 3_600_000L;
            int change = 1 + random.nextInt(3);
            List<Object> changes = new ArrayList<>(List.of(Instant.ofEpochMilli(end).toString(), change));
            if (random.nextBoolean() && until < NOW) {
                changes.addAll(List.of(Instant.ofEpochMilli(until).toString(), -change));
            }
            ledger.add(change(random.nextBoolean() ? "a" : "b", Instant.ofEpochMilli(end).toString(), changes.toArray()));
        }
        int fitting = 0;
        for (int before = 1; before < 30; before++) {
            for (int days = before; days <= before + 1; days++) {
                OrganizationTotals read = read(ledger.first(before), ledger.first(days), ledger.first(before + 1));
                if (read.fit()) {
                    fitting++;
                    List<String> shown = show(read);
                    List<String> without = show(read(ledger.first(before), ledger.first(before), ledger.first(before)));
                    List<String> with = show(read(ledger.first(before + 1), ledger.first(before + 1),
                            ledger.first(before + 1)));
                    assertThat(shown).hasSameSizeAs(without);
                    for (int i = 0; i < shown.size(); i++) {
                        assertThat(shown.get(i)).isIn(without.get(i), with.get(i));
                    }
                }
            }
        }
        assertThat(fitting).isPositive();
    }

    /** Each figure of organization and spaces. */
    private static List<String> show(OrganizationTotals read) {
        ScopeAssembly assembly = new ScopeAssembly(WINDOWS, id -> Plans.terms(Plans.RUNTIME), Set.of(), read.until());
        List<String> figures = new ArrayList<>();
        figures(figures, assembly, assembly.resources(read.organization(), read.organization(), PooledLevels.NONE), 2);
        figures(figures, assembly, assembly.resources(read.space("a")), 3);
        figures(figures, assembly, assembly.resources(read.space("b")), 3);
        return figures;
    }

    private static void figures(List<String> figures, ScopeAssembly assembly, List<ResourceReport> scope, int from) {
        List<List<Slot>> windows = scope.isEmpty() ? assembly.chargesOfOrganization(scope) : scope.get(0).aggregatedUsage().get(0).windows();
        windows.subList(from, 5).forEach(slots ->
                slots.forEach(slot -> figures.add(slot == null ? "0" : slot.summary().toPlainString())));
    }
}
