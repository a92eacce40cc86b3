package io.quipu.reporting.source;

import io.quipu.common.http.EndedStream;
import io.quipu.common.http.NewlineDelimited;
import io.quipu.common.http.UnusableAnswerException;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.usage.Position;
import io.quipu.common.web.Problem;
import io.quipu.common.wire.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Asks the collector over HTTP, and takes no answer that is cut, not its own, or out of order. Thread-safe. */
public final class RemoteCollector implements Collector, Accounts {

    private static final String LOG = "/v1/metering/collected/usage/log";

    private final Neighbour neighbour;

    /** Reads from that neighbour. */
    public RemoteCollector(Neighbour neighbour) {
        this.neighbour = neighbour;
    }

    @Override
    public Progress progress(String organizationId) {
        return neighbour.get(uri -> uri.path(LOG + "/progress").queryParam("organization_id", "{organization}")
                .build(organizationId), body -> {
            Progress progress = Json.read(body.readAllBytes(), Progress.class);
            if (progress == null) {
                throw new UnusableAnswerException("it does not say how far it is");
            }
            return progress;
        });
    }

    @Override
    public Page read(Query query, Reader reader) {
        return neighbour.get(uri -> uri.path(LOG).queryParam("organization_id", "{organization}")
                .queryParam("month", query.month().id())
                .queryParamIfPresent("from", Optional.ofNullable(query.from()))
                .queryParam("through", query.through()).build(query.organizationId()), body -> {
            PageReading reading = new PageReading(query, reader);
            NewlineDelimited.read(body, line -> reading.line(Json.read(line, Line.class)));
            return reading.page();
        });
    }

    @Override
    public List<String> organizations(String accountId) {
        Problem unknown = Problem.of(404, "account_not_found", "There is no account " + accountId + ".");
        return neighbour.get(uri -> uri.path("/v1/accounts/{account}").build(accountId), Map.of(unknown.status(), unknown), body -> {
            Account account = Json.read(body.readAllBytes(), Account.class);
            if (account == null || !accountId.equals(account.accountId()) || account.organizations() == null) {
                throw new UnusableAnswerException("it answered an account that was not asked for");
            }
            return List.copyOf(account.organizations());
        });
    }

    /**
     * Of an account what counts here.
     *
     * @param accountId its id
     * @param organizations the organizations that it pays for
     */
    record Account(String accountId, List<String> organizations) {
    }

    /** Checks the lines of a page as they come, and hands them on. */
    private static final class PageReading {

        private final Query query;
        private final Reader reader;
        private final EndedStream stream = new EndedStream();
        private final Set<String> plans = new HashSet<>();
        private long last;
        private Page page;

        private PageReading(Query query, Reader reader) {
            this.query = query;
            this.reader = reader;
            this.last = query.from() == null ? Position.NONE : Position.of(query.from(), 0) - 1;
        }

        private void line(Line line) {
            stream.line(Boolean.TRUE.equals(line.end()));
            if (line.plan() != null) {
                plan(line.plan());
            } else if (line.usage() != null) {
                usage(line.usage());
            } else if (line.page() != null && page == null) {
                page = line.page();
            } else if (!Boolean.TRUE.equals(line.end())) {
                throw new UnusableAnswerException("a line of its answer says nothing");
            }
        }

        private void plan(PlanLine plan) {
            if (plan.version() == null || !Json.id(plan.version()).equals(plan.id())) {
                throw new UnusableAnswerException("plan version " + plan.id() + " is not what its id is the hash of");
            }
            plans.add(plan.id());
            reader.plan(plan.id(), plan.version());
        }

        private void usage(LoggedUsage usage) {
            if (page != null || usage.position() <= last
                    || !usage.origin().organizationId().equals(query.organizationId())
                    || !query.month().contains(usage.origin().end())) {
                throw new UnusableAnswerException("it answered a usage that was not asked for, or out of order");
            }
            if (!plans.contains(usage.pin().plan())) {
                throw new UnusableAnswerException("it left out plan version " + usage.pin().plan());
            }
            last = usage.position();
            reader.usage(usage);
        }

        private Page page() {
            stream.complete();
            if (page == null) {
                throw new UnusableAnswerException("its answer does not say where it has come to");
            }
            boolean stands = query.from() != null && page.next() != null && page.next() <= query.from();
            if (stands || page.next() != null && Position.of(page.next(), 0) <= last) {
                throw new UnusableAnswerException("its next page does not go on");
            }
            return page;
        }
    }

    /**
     * One line of a page.
     *
     * @param plan a plan version, or null
     * @param usage a usage, or null
     * @param page where the page has come to, or null
     * @param end true in the last line, which has nothing else
     */
    record Line(PlanLine plan, LoggedUsage usage, Page page, Boolean end) {
    }

    /**
     * A plan version.
     *
     * @param id its id
     * @param version its definitions
     */
    record PlanLine(String id, PlanVersion version) {
    }
}
