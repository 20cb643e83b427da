{{/*
What every app has: ServiceAccount, ConfigMap, Service, Deployment. Call with
  root      the chart's root context
  app       the app's name, which is its image's too
  values    the app's values
  ports     list of {name, port}; the first is the HTTP port with health and metrics
  config    lines of the ConfigMap
  env, volumes, mounts   lines of further EnvVars, of the volumes (one must be named "state") and mounts; may be empty
  headless, autoscaled, recreate   optional booleans
*/}}
{{- define "larder.app" -}}
{{- $values := .values -}}
{{- $config := include "larder.appConfig" . -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "larder.metadata" . | nindent 2 }}
  {{- with $values.pod.serviceAccountAnnotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
---
apiVersion: v1
kind: ConfigMap
metadata:
  {{- include "larder.metadata" . | nindent 2 }}
data:
  {{- $config | nindent 2 }}
---
apiVersion: v1
kind: Service
metadata:
  {{- include "larder.metadata" . | nindent 2 }}
spec:
  {{- if .headless }}
  clusterIP: None
  {{- end }}
  selector: {{- include "larder.selectorLabels" . | nindent 4 }}
  ports:
    {{- range .ports }}
    - { name: {{ .name }}, port: {{ .port }}, targetPort: {{ .name }}, appProtocol: {{ ternary "kubernetes.io/h2c" "http" (eq .name "grpc") }} }
    {{- end }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "larder.metadata" . | nindent 2 }}
spec:
  {{- if not .autoscaled }}
  replicas: {{ int $values.replicas }}
  {{- end }}
  {{- if .recreate }}
  strategy: { type: Recreate }
  {{- else }}
  strategy: { type: RollingUpdate, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
  {{- end }}
  selector:
    matchLabels: {{- include "larder.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels: {{- include "larder.labels" . | nindent 8 }}
      annotations:
        checksum/config: {{ sha256sum $config }}
        {{- with $values.pod.annotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      {{- include "larder.pod" . | nindent 6 }}
{{- end -}}

{{- define "larder.appConfig" -}}
LARDER_LOG_LEVEL: {{ .root.Values.logLevel }}
LARDER_DRAIN_SECONDS: {{ int .values.drainSeconds | quote }}
{{- with .config }}
{{ . }}
{{- end }}
{{- range $variable, $value := .values.settings }}
{{ $variable }}: {{ $value | quote }}
{{- end }}
{{- end -}}

{{- define "larder.pod" -}}
{{- $root := .root -}}
{{- $pod := .values.pod -}}
serviceAccountName: {{ include "larder.fullname" $root }}-{{ .app }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext: {{- toYaml $root.Values.podSecurityContext | nindent 2 }}
{{- /*
On SIGTERM an app turns its readiness red, waits until a probe has seen that (half of drainSeconds at most), drains, and
ends by itself 10 seconds after drainSeconds at the latest. So no preStop hook has to sleep.
*/}}
terminationGracePeriodSeconds: {{ add (int .values.drainSeconds) 15 }}
{{- with $root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
{{- with $pod.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $pod.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $pod.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- include "larder.selectorLabels" . | nindent 8 }}
containers:
  - name: {{ .app }}
    image: {{ printf "%s/%s:%s" $root.Values.image.repository .app (default $root.Chart.AppVersion $root.Values.image.tag) | quote }}
    imagePullPolicy: {{ $root.Values.image.pullPolicy }}
    envFrom:
      - configMapRef: { name: {{ include "larder.fullname" $root }}-{{ .app }} }
    {{- if or .env $pod.extraEnv }}
    env:
      {{- with .env }}
      {{- . | nindent 6 }}
      {{- end }}
      {{- with $pod.extraEnv }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
    {{- end }}
    ports:
      {{- range .ports }}
      - { name: {{ .name }}, containerPort: {{ .port }} }
      {{- end }}
    {{- /* Two minutes to start: a new PGlite takes several seconds of a whole core. Readiness is read often and believed at once, since a drain waits until it was read. */}}
    startupProbe: { httpGet: { path: /health/live, port: http }, periodSeconds: 2, failureThreshold: 60 }
    livenessProbe: { httpGet: { path: /health/live, port: http }, periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 3 }
    readinessProbe: { httpGet: { path: /health/ready, port: http }, periodSeconds: 3, timeoutSeconds: 3, failureThreshold: 1 }
    resources: {{- toYaml .values.resources | nindent 6 }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities: { drop: [ALL] }
    volumeMounts:
      - { name: state, mountPath: /var/lib/larder }
      - { name: tmp, mountPath: /tmp }
      {{- with .mounts }}
      {{- . | nindent 6 }}
      {{- end }}
volumes:
  - { name: tmp, emptyDir: {} }
  {{- .volumes | nindent 2 }}
{{- end -}}
