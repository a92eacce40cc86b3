package io.quipu.common.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.FaultyStore;
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
    void nothingIsReadWhereNothingIs() {
        assertThat(read()).isEmpty();
    }
}
