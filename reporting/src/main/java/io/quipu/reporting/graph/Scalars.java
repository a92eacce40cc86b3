package io.quipu.reporting.graph;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.FloatValue;
import graphql.language.IntValue;
import graphql.language.Value;
import graphql.schema.Coercing;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.CoercingParseValueException;
import graphql.schema.GraphQLScalarType;
import java.math.BigDecimal;
import java.util.Locale;

/** The scalars of the schema that GraphQL itself does not have. */
final class Scalars {

    /** An integer of 64 bits; as an argument also written as a Float, as Abacus's clients may, when it is whole. */
    static final GraphQLScalarType LONG = GraphQLScalarType.newScalar().name("Long")
            .description("An integer of 64 bits.").coercing(new Longs()).build();

    /** Any JSON, and its numbers exact; never an argument. */
    static final GraphQLScalarType JSON = GraphQLScalarType.newScalar().name("JSON")
            .description("Any JSON.").coercing(new Documents()).build();

    private Scalars() {
    }

    private static final class Longs implements Coercing<Long, Object> {

        @Override
        public Object serialize(Object result, GraphQLContext context, Locale locale) {
            return result;
        }

        @Override
        public Long parseValue(Object input, GraphQLContext context, Locale locale) {
            if (input instanceof Number number) {
                try {
                    return whole(new BigDecimal(number.toString()));
                } catch (ArithmeticException | NumberFormatException e) {
                    throw new CoercingParseValueException("not an integer of 64 bits");
                }
            }
            throw new CoercingParseValueException("not an integer of 64 bits");
        }

        @Override
        public Long parseLiteral(Value<?> input, CoercedVariables variables, GraphQLContext context, Locale locale) {
            try {
                if (input instanceof IntValue integer) {
                    return whole(new BigDecimal(integer.getValue()));
                }
                if (input instanceof FloatValue number) {
                    return whole(number.getValue());
                }
            } catch (ArithmeticException e) {
                throw new CoercingParseLiteralException("not an integer of 64 bits");
            }
            throw new CoercingParseLiteralException("not an integer of 64 bits");
        }

        private static long whole(BigDecimal number) {
            return number.longValueExact();
        }
    }

    private static final class Documents implements Coercing<Object, Object> {

        @Override
        public Object serialize(Object result, GraphQLContext context, Locale locale) {
            return result;
        }

        @Override
        public Object parseValue(Object input, GraphQLContext context, Locale locale) {
            throw new CoercingParseValueException("no argument is JSON");
        }

        @Override
        public Object parseLiteral(Value<?> input, CoercedVariables variables, GraphQLContext context, Locale locale) {
            throw new CoercingParseLiteralException("no argument is JSON");
        }
    }
}
