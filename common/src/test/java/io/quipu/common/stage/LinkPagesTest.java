package io.quipu.common.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.memory.InMemoryStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LinkPagesTest {

    private final DocumentStore store = new InMemoryStore(Clock.systemUTC());

    private static String key(long page) {
        return "page/" + page;
    }

    private static List<String> links(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "c" + i).toList();
    }

    private static void append(LinkPages<String> pages, List<String> links) {
        pages.append(List.of(new LinkPages.Added<>(LinkPagesTest::key, links)));
    }

    private List<String> read() {
        List<String> all = new ArrayList<>();
        new LinkPages<>(store, String.class).read(LinkPagesTest::key, all::addAll);
        return all;
    }

    @Test
    void pagesAreFilledInOrderAndHoldAHundred() {
        LinkPages<String> pages = new LinkPages<>(store, String.class);
        append(pages, links(0, 99));
        append(pages, links(99, 100));
        assertThat(store.get(key(1))).isEmpty();
        append(pages, links(100, 350));

        assertThat(store.get(key(3))).isPresent();
        assertThat(store.get(key(4))).isEmpty();
        assertThat(read()).isEqualTo(links(0, 350));
    }

    @Test
    void anAppenderThatRemembersNothingFindsTheLastPage() {
        for (int i = 0; i < 1_700; i += 17) {
            append(new LinkPages<>(store, String.class), links(i, i + 17));
        }
        assertThat(read()).isEqualTo(links(0, 1_700));
    }

    @Test
    void appendersThatCompeteLoseNothing() {
        List<CompletableFuture<Void>> appenders = IntStream.range(0, 4).mapToObj(n -> CompletableFuture.runAsync(() -> {
            LinkPages<String> pages = new LinkPages<>(store, String.class);
            for (int i = 0; i < 100; i++) {
                append(pages, links(n * 100 + i, n * 100 + i + 1));
            }
        })).toList();
        appenders.forEach(CompletableFuture::join);

        assertThat(new HashSet<>(read())).isEqualTo(new HashSet<>(links(0, 400)));
        assertThat(read()).hasSize(400);
    }

    @Test
    void theLinksOfManyParentsAreWrittenTogether() {
        FaultyStore counting = new FaultyStore();
        List<List<String>> writes = new ArrayList<>();
        counting.faults((call, write, keys) -> {
            if (write) {
                writes.add(keys);
            }
            return FaultyStore.Fault.NONE;
        });
        LinkPages<String> pages = new LinkPages<>(counting, String.class);
        List<LinkPages.Added<String>> added = IntStream.range(0, 120).mapToObj(parent -> new LinkPages.Added<>(
                page -> "of/" + parent + "/" + page, links(0, parent == 7 ? 150 : 3))).toList();

        pages.append(added);
        pages.append(added);

        assertThat(writes).extracting(List::size).as("first pages, a second page, the rest; and again")
                .containsExactly(100, 1, 20, 100, 1, 20);
        for (LinkPages.Added<String> parent : added) {
            List<String> all = new ArrayList<>();
            pages.read(parent.pageKey(), all::addAll);
            assertThat(all).isEqualTo(Stream.concat(parent.links().stream(), parent.links().stream()).toList());
        }
    }

    @Test
    void onlyTheParentWhosePageSomebodyElseWroteIsWrittenAgain() {
        FaultyStore counting = new FaultyStore();
        LinkPages<String> pages = new LinkPages<>(counting, String.class);
        pages.append(List.of(added("a", 0, 1), added("b", 0, 1), added("c", 0, 1)));
        List<List<String>> writes = new ArrayList<>();
        counting.faults((call, write, keys) -> {
            if (write) {
                writes.add(keys);
                if (writes.size() == 1) {
                    new LinkPages<>(counting.durable(), String.class).append(List.of(added("b", 1, 2)));
                }
            }
            return FaultyStore.Fault.NONE;
        });

        pages.append(List.of(added("a", 2, 4), added("b", 2, 4), added("c", 2, 4)));

        assertThat(writes).containsExactly(List.of("of/a/0", "of/b/0", "of/c/0"), List.of("of/b/0"));
        assertThat(read(counting, "a")).containsExactly("c0", "c2", "c3");
        assertThat(read(counting, "b")).containsExactly("c0", "c1", "c2", "c3");
    }

    @Test
    void aPageThatWasNotBegunAfterAllLeavesNoHole() {
        FaultyStore failing = new FaultyStore();
        LinkPages<String> pages = new LinkPages<>(failing, String.class);
        pages.append(List.of(added("a", 0, LinkPages.PAGE_SIZE)));
        failing.faults((call, write, keys) -> write ? FaultyStore.Fault.FAIL_BEFORE : FaultyStore.Fault.NONE);
        assertThatThrownBy(() -> pages.append(List.of(added("a", 100, 101)))).isInstanceOf(StoreException.class);
        failing.noFaults();

        pages.append(List.of(added("a", 101, 103)));

        assertThat(failing.documents()).containsOnlyKeys("of/a/0", "of/a/1");
        assertThat(read(failing, "a")).hasSize(102).endsWith("c101", "c102");
    }

    @Test
    void amongManyParentsOneIsFarAheadOfWhatIsRemembered() {
        FaultyStore shared = new FaultyStore();
        LinkPages<String> forgetful = new LinkPages<>(shared, String.class);
        new LinkPages<>(shared, String.class).append(List.of(added("a", 0, 750), added("b", 0, 1)));

        forgetful.append(List.of(added("b", 1, 2), added("a", 750, 820), added("c", 0, 1)));

        assertThat(read(shared, "a")).isEqualTo(links(0, 820));
        assertThat(read(shared, "b")).isEqualTo(links(0, 2));
        assertThat(read(shared, "c")).isEqualTo(links(0, 1));
    }

    private static LinkPages.Added<String> added(String parent, int from, int to) {
        return new LinkPages.Added<>(page -> "of/" + parent + "/" + page, links(from, to));
    }

    private static List<String> read(FaultyStore store, String parent) {
        List<String> all = new ArrayList<>();
        new LinkPages<>(store.durable(), String.class).read(page -> "of/" + parent + "/" + page, all::addAll);
        return all;
    }

    @Test
    void nothingIsReadWhereNothingIs() {
        assertThat(read()).isEmpty();
    }
}
