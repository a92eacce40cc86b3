package io.quipu.common.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.memory.InMemoryStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LinkPagesTest {

    private final DocumentStore store = new InMemoryStore(Clock.systemUTC());

    private static String key(long page) {
        return "page/" + page;
    }

    private static List<String> links(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "c" + i).toList();
    }

    private List<String> read() {
        List<String> all = new ArrayList<>();
        new LinkPages<>(store, String.class).read(LinkPagesTest::key, all::addAll);
        return all;
    }

    @Test
    void pagesAreFilledInOrderAndHoldAHundred() {
        LinkPages<String> pages = new LinkPages<>(store, String.class);
        pages.append(LinkPagesTest::key, links(0, 99));
        pages.append(LinkPagesTest::key, links(99, 100));
        assertThat(store.get(key(1))).isEmpty();
        pages.append(LinkPagesTest::key, links(100, 350));

        assertThat(store.get(key(3))).isPresent();
        assertThat(store.get(key(4))).isEmpty();
        assertThat(read()).isEqualTo(links(0, 350));
    }

    @Test
    void anAppenderThatRemembersNothingFindsTheLastPage() {
        for (int i = 0; i < 1_700; i += 17) {
            new LinkPages<>(store, String.class).append(LinkPagesTest::key, links(i, i + 17));
        }
        assertThat(read()).isEqualTo(links(0, 1_700));
    }

    @Test
    void appendersThatCompeteLoseNothing() {
        List<CompletableFuture<Void>> appenders = IntStream.range(0, 4).mapToObj(n -> CompletableFuture.runAsync(() -> {
            LinkPages<String> pages = new LinkPages<>(store, String.class);
            for (int i = 0; i < 100; i++) {
                pages.append(LinkPagesTest::key, links(n * 100 + i, n * 100 + i + 1));
            }
        })).toList();
        appenders.forEach(CompletableFuture::join);

        assertThat(new HashSet<>(read())).isEqualTo(new HashSet<>(links(0, 400)));
        assertThat(read()).hasSize(400);
    }

    @Test
    void nothingIsReadWhereNothingIs() {
        assertThat(read()).isEmpty();
    }
}
