package io.quipu.reporting.graph;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import io.quipu.common.time.Window;
import io.quipu.common.usage.PlanPath;
import io.quipu.common.web.Violations;
import io.quipu.reporting.flow.InstanceReporting;
import io.quipu.reporting.flow.Report;
import io.quipu.reporting.flow.UsageReporting;
import io.quipu.reporting.report.InstanceQuery;
import io.quipu.reporting.report.ReportQuery;
import io.quipu.reporting.source.Accounts;
import java.io.ByteArrayInputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.graphql.execution.RuntimeWiringConfigurer;

/**
 * Answers the root fields of the schema: makes the report, only as deep as fields of it are selected, and keeps what is selected.
 * Fields are answered one after the other, in the thread that asks. Thread-safe.
 */
public final class ReportFetchers implements RuntimeWiringConfigurer {

    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");

    private final UsageReporting reporting;
    private final InstanceReporting instances;
    private final Accounts accounts;
    private final Clock clock;

    /**
     * The root fields.
     *
     * @param reporting makes the reports of organizations
     * @param instances makes those of resource instances
     * @param accounts says which organizations an account has
     * @param clock says when now is
     */
    public ReportFetchers(UsageReporting reporting, InstanceReporting instances, Accounts accounts, Clock clock) {
        this.reporting = reporting;
        this.instances = instances;
        this.accounts = accounts;
        this.clock = clock;
    }

    @Override
    public void configure(RuntimeWiring.Builder wiring) {
        wiring.scalar(Scalars.LONG).scalar(Scalars.JSON)
                .type("Query", query -> query.dataFetcher("organization", this::organization)
                        .dataFetcher("organizations", this::organizations)
                        .dataFetcher("account", this::account)
                        .dataFetcher("resource_instance", this::instance))
                .type("ResourceInstanceReport", instance -> instance.dataFetcher("ratinging_plan_id",
                        environment -> environment.<Map<String, Object>>getSource().get("rating_plan_id")));
    }

    private Object organization(DataFetchingEnvironment environment) {
        check(environment);
        return reports(environment, List.of(environment.<String>getArgument("organization_id"))).get(0);
    }

    private List<Object> organizations(DataFetchingEnvironment environment) {
        check(environment);
        return reports(environment, environment.getArgument("organization_ids"));
    }

    private List<Object> account(DataFetchingEnvironment environment) {
        check(environment);
        return reports(environment, accounts.organizations(environment.getArgument("account_id")));
    }

    private List<Object> reports(DataFetchingEnvironment environment, List<String> organizationIds) {
        Allowance allowance = allowance(environment);
        allowance.organizations(organizationIds.size());
        long time = time(environment);
        Selection selection = Selection.of(environment.getSelectionSet());
        List<Object> reports = new ArrayList<>(organizationIds.size());
        for (String organizationId : organizationIds) {
            ReportQuery query = new ReportQuery(organizationId, time, ReportQuery.DEFAULT_HOURS, ReportQuery.DEFAULT_DAYS,
                    ReportQuery.DEFAULT_MONTHS, selection.depth());
            try (Report report = reporting.report(query)) {
                reports.add(SelectedParts.read(report.input(), selection, allowance));
            }
        }
        return reports;
    }

    /** All of it is kept: it is small, and one member has two names. */
    private Object instance(DataFetchingEnvironment environment) {
        check(environment);
        InstanceQuery query = new InstanceQuery(environment.getArgument("organization_id"),
                environment.getArgument("space_id"), environment.getArgument("consumer_id"),
                environment.getArgument("resource_id"), environment.getArgument("resource_instance_id"),
                new PlanPath(environment.getArgument("plan_id"), environment.getArgument("metering_plan_id"),
                        environment.getArgument("rating_plan_id"), environment.getArgument("pricing_plan_id")),
                time(environment), ReportQuery.DEFAULT_DAYS, ReportQuery.DEFAULT_MONTHS);
        return instances.report(query).map(report -> SelectedParts.read(new ByteArrayInputStream(report),
                Selection.whole(), allowance(environment))).orElse(null);
    }

    private static Allowance allowance(DataFetchingEnvironment environment) {
        return environment.getGraphQlContext().get(Allowance.class);
    }

    /** As of when: the time that is asked for, or now. */
    private long time(DataFetchingEnvironment environment) {
        Long time = environment.getArgument("time");
        return time == null ? clock.millis() : time;
    }

    /**
     * Checks the arguments of a field: ids are not empty, times are times.
     *
     * @throws io.quipu.common.web.Problem 400, code {@code invalid}, with everything that is wrong
     */
    private static void check(DataFetchingEnvironment environment) {
        Violations violations = new Violations();
        environment.getArguments().forEach((name, value) -> {
            if (value instanceof Long time) {
                if (time < Window.MIN_TIME || time >= Window.MAX_TIME) {
                    noTime(violations, name);
                }
            } else if (name.equals("t")) {
                if (value instanceof String t && !(DIGITS.matcher(t).matches() && Long.parseLong(t) < Window.MAX_TIME)) {
                    noTime(violations, name);
                }
            } else if (value instanceof List<?> ids) {
                ids.forEach(id -> checkId(violations, name, id));
            } else {
                checkId(violations, name, value);
            }
        });
        violations.orThrow("The report cannot be asked for like this.");
    }

    private static void checkId(Violations violations, String name, Object value) {
        if (value instanceof String id && (id.isEmpty() || id.length() > ReportQuery.MAX_ID_LENGTH)) {
            violations.add(name, "length", name + " has 1 to " + ReportQuery.MAX_ID_LENGTH + " characters");
        }
    }

    private static void noTime(Violations violations, String name) {
        violations.add(name, "range", name + " is milliseconds since the epoch, an integer from " + Window.MIN_TIME + " to "
                + (Window.MAX_TIME - 1));
    }
}
