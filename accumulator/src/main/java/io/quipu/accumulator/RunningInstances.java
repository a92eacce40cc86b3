package io.quipu.accumulator;

import io.quipu.common.running.RunningInstance;
import io.quipu.common.running.RunningPage;
import io.quipu.common.running.RunningQuery;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tells what runs in an organization now, page by page. Thread-safe. */
public final class RunningInstances {

    /** Instances found that end a page, with those that stand on the same page of the index. */
    static final int ENOUGH = 200;

    /** Pages of the index that are read for one page at the most. */
    static final int MAX_PAGES_READ = 64;

    private final RunningLinks links;
    private final RunningTimelines timelines;
    private final SilentResources silent;
    private final Clock clock;

    RunningInstances(RunningLinks links, RunningTimelines timelines, SilentResources silent, Clock clock) {
        this.links = links;
        this.timelines = timelines;
        this.silent = silent;
        this.clock = clock;
    }

    /**
     * A page of what runs now. What an event that is ahead of now says does not count yet.
     *
     * @throws IllegalArgumentException when the query's page is none of this query
     */
    public RunningPage page(RunningQuery query) {
        Optional<PageToken> token = Optional.ofNullable(query.page()).map(PageToken::parse);
        List<String> resources = query.resourceId() == null ? links.resourcesOf(query.organizationId())
                : List.of(query.resourceId());
        int resource = token.map(at -> resources.indexOf(at.resourceId())).orElse(0);
        if (resource < 0) {
            throw new IllegalArgumentException("the page is of another query");
        }
        Search search = new Search(query.organizationId(), token.map(PageToken::page).orElse(0));
        while (resource < resources.size() && !search.full()) {
            search.read(resources.get(resource));
            if (search.page == RunningIndex.PAGES) {
                search.page = 0;
                resource++;
            }
        }
        String next = resource < resources.size() ? new PageToken(resources.get(resource), search.page).text() : null;
        Set<String> seen = new LinkedHashSet<>();
        search.found.forEach(instance -> seen.add(instance.resourceId()));
        return new RunningPage(search.found, silent.among(seen), next);
    }

    /** What was found so far, and where to go on. */
    private final class Search {

        private final String organizationId;
        private final long now = clock.millis();
        private final List<RunningInstance> found = new ArrayList<>();
        private int page;
        private int read;

        private Search(String organizationId, int page) {
            this.organizationId = organizationId;
            this.page = page;
        }

        private boolean full() {
            return found.size() >= ENOUGH || read >= MAX_PAGES_READ;
        }

        /** Reads pages of a resource as many as one call gives, from the current one on. */
        private void read(String resourceId) {
            for (Optional<RunningPageDocument> document : timelines.pages(organizationId, resourceId, page)) {
                document.ifPresent(present -> timelines.read(present, course -> {
                    course.runningAt(now).ifPresent(found::add);
                    return true;
                }));
                page++;
                read++;
                if (full()) {
                    return;
                }
            }
        }
    }
}
