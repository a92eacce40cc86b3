package io.quipu.common.wire;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.ValueInstantiators;
import tools.jackson.databind.deser.bean.BeanDeserializer;
import tools.jackson.databind.deser.std.StdValueInstantiator;
import tools.jackson.databind.introspect.AnnotatedConstructor;
import tools.jackson.databind.module.SimpleModule;

/**
 * Reads records as Jackson does, and faster. A {@link RecordReader} puts the components where the constructor takes them. And the
 * handle of a constructor that takes its arguments in an array is made once for each record's class: Jackson 3.1 calls constructors
 * by {@link MethodHandle#invokeWithArguments}, which makes such a handle for each call; that took a fifteenth of the CPU of a service
 * that reads documents.
 */
final class RecordModule extends SimpleModule {

    private static final long serialVersionUID = 1L;
    private static final MethodType FROM_ARRAY = MethodType.methodType(Object.class, Object[].class);

    RecordModule() {
        super("records");
    }

    @Override
    public void setupModule(SetupContext context) {
        super.setupModule(context);
        context.addValueInstantiators(new Instantiators());
        context.addDeserializerModifier(new Readers());
    }

    private static final class Readers extends ValueDeserializerModifier {

        private static final long serialVersionUID = 1L;

        @Override
        public ValueDeserializer<?> modifyDeserializer(DeserializationConfig config, BeanDescription.Supplier type,
                ValueDeserializer<?> plain) {
            return type.getBeanClass().isRecord() && plain.getClass() == BeanDeserializer.class
                    ? new RecordReader((BeanDeserializer) plain) : plain;
        }
    }

    private static final class Instantiators extends ValueInstantiators.Base {

        @Override
        public ValueInstantiator modifyValueInstantiator(DeserializationConfig config, BeanDescription.Supplier type,
                ValueInstantiator plain) {
            if (type.getBeanClass().isRecord() && plain instanceof StdValueInstantiator standard
                    && standard.getWithArgsCreator() instanceof AnnotatedConstructor constructor) {
                return new ByHandle(standard, constructor.getAnnotated());
            }
            return plain;
        }
    }

    private static final class ByHandle extends StdValueInstantiator {

        private static final long serialVersionUID = 1L;

        private final transient MethodHandle handle;

        /** The constructor is one that Jackson has made accessible. */
        ByHandle(StdValueInstantiator standard, Constructor<?> constructor) {
            super(standard);
            try {
                handle = MethodHandles.lookup().unreflectConstructor(constructor)
                        .asSpreader(Object[].class, constructor.getParameterCount()).asType(FROM_ARRAY);
            } catch (IllegalAccessException e) {
                throw new IllegalArgumentException("records of " + constructor.getDeclaringClass() + " cannot be made", e);
            }
        }

        @Override
        public Object createFromObjectWith(DeserializationContext context, Object[] components) {
            try {
                return (Object) handle.invokeExact(components);
            } catch (Error e) {
                throw e;
            } catch (Throwable e) {
                return context.handleInstantiationProblem(_valueClass, components, rewrapCtorProblem(context, e));
            }
        }
    }
}
