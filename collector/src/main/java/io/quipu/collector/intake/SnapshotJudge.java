package io.quipu.collector.intake;

import io.quipu.common.time.Lateness;
import io.quipu.common.web.Problem;
import io.quipu.common.web.Violation;
import io.quipu.common.web.Violations;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Judges the instances of one snapshot before any of them is taken, by one time. Not thread-safe. */
final class SnapshotJudge implements SnapshotReader.Listed {

    /** Instances that a snapshot may list of one organization. */
    static final int MAX_OF_ORGANIZATION = 10_000;

    /** Organizations that a snapshot may list instances of: their ids are kept until all of it is judged. */
    static final int MAX_ORGANIZATIONS = 100_000;

    /** Instances after which what was found out of terms is forgotten: there may be as many organizations. */
    private static final int REMEMBERED = 1_000;

    private static final int ID_SHOWN = 64;

    private final TermsSource terms;
    private final Lateness lateness;
    private final long now;
    private final SnapshotHeader header;
    private final Map<String, Integer> ofOrganization = new HashMap<>();
    private final Set<String> noted = new HashSet<>();
    private final Violations violations = new Violations();
    private UsageJudge judge;
    private Problem first;

    SnapshotJudge(TermsSource terms, Lateness lateness, long now, SnapshotHeader header) {
        this.terms = terms;
        this.lateness = lateness;
        this.now = now;
        this.header = header;
        this.judge = new UsageJudge(terms, lateness, now);
    }

    /**
     * Judges the snapshot's time.
     *
     * @throws Problem 400 {@code future} or 409 {@code slack}
     */
    void checkTime() {
        judge.checkTime(header.event(), header.timestamp());
    }

    /**
     * Judges an instance.
     *
     * @throws Problem 413 {@code too_many_instances} or {@code too_many_organizations}; any that passes, as it is: it says nothing
     *     of the snapshot, all of which is to be sent again
     */
    @Override
    public boolean instance(int index, SubmittedUsage usage) {
        String organization = usage.origin().organizationId();
        if (ofOrganization.merge(organization, 1, Integer::sum) > MAX_OF_ORGANIZATION) {
            throw Problem.of(413, "too_many_instances", "The snapshot lists more than " + MAX_OF_ORGANIZATION
                    + " instances of organization \"" + Text.printable(organization, ID_SHOWN) + "\"");
        }
        if (ofOrganization.size() > MAX_ORGANIZATIONS) {
            throw Problem.of(413, "too_many_organizations", "The snapshot lists instances of more than " + MAX_ORGANIZATIONS
                    + " organizations");
        }
        if (index % REMEMBERED == 0) {
            judge = new UsageJudge(terms, lateness, now);
        }
        try {
            judge.usage(new Reading.Valid(usage));
        } catch (Problem problem) {
            if (problem.retryAfter().isPresent()) {
                throw problem;
            }
            note(index, problem);
        }
        return noted.size() < Violations.MAX;
    }

    private void note(int index, Problem problem) {
        first = first == null ? problem : first;
        String path = "instances[" + index + "].";
        if (problem.violations().isEmpty()) {
            note(field(path, problem.code()), problem.code(), problem.getMessage());
        } else {
            problem.violations().forEach(violation -> note(path + violation.field(), violation.rule(), violation.reason()));
        }
    }

    /** What is wrong with the snapshot as a whole is noted once, not with each instance. */
    private void note(String field, String rule, String reason) {
        if (noted.add(field + " " + rule)) {
            violations.add(field, rule, reason);
        }
    }

    private String field(String path, String code) {
        return switch (code) {
            case "resource_not_found" -> "resource_id";
            case "organization_not_found" -> (header.organizationId() == null ? path : "") + "organization_id";
            case "not_continuous" -> path + MeasuredUsageReader.MEMBER;
            default -> path + "plan_id";
        };
    }

    /**
     * Ends the request when an instance cannot be accepted.
     *
     * @throws Problem status and code of the first of them, with a violation for each
     */
    void orThrow() {
        if (first != null) {
            List<Violation> found = violations.list();
            throw Problem.of(first.status(), first.code(), "The snapshot cannot be taken, and nothing of it was: "
                    + found.get(0).field() + ": " + first.getMessage()).with(found);
        }
    }
}
