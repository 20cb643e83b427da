{{/* Short enough that "<fullname>-materializer-worker" is a valid name of a service. */}}
{{- define "larder.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- default $full .Values.fullnameOverride | trunc 42 | trimSuffix "-" -}}
{{- end -}}

{{- define "larder.selectorLabels" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .app }}
{{- end -}}

{{- define "larder.labels" -}}
{{ include "larder.selectorLabels" . }}
app.kubernetes.io/version: {{ default .root.Chart.AppVersion .root.Values.image.tag | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{- define "larder.metadata" -}}
name: {{ include "larder.fullname" .root }}-{{ .app }}
labels:
  {{- include "larder.labels" . | nindent 2 }}
{{- end -}}

{{/* One EnvVar of a Redis URL: call with variable and redis (url, existingSecret, secretKey). */}}
{{- define "larder.redisEnv" -}}
- name: {{ .variable }}
{{- if .redis.existingSecret }}
  valueFrom: { secretKeyRef: { name: {{ .redis.existingSecret | quote }}, key: {{ .redis.secretKey | quote }} } }
{{- else }}
  value: {{ .redis.url | quote }}
{{- end }}
{{- end -}}

{{/* Variables of the three apps that read definitions from the registry, as lines of a ConfigMap. */}}
{{- define "larder.projectConfig" -}}
LARDER_PROJECT: {{ .Values.project | quote }}
LARDER_REGISTRY_URL: http://{{ include "larder.fullname" . }}-registry:6570
LARDER_SNAPSHOT_DIRECTORY: /var/lib/larder/snapshots
{{- end -}}

{{/* Variables of the two apps that run DuckDB: call with root and values. */}}
{{- define "larder.engineConfig" -}}
{{- $directories := default (list .root.Values.data.mountPath) .root.Values.data.allowedDirectories -}}
LARDER_PROJECT_DIRECTORY: {{ .root.Values.data.mountPath | quote }}
LARDER_ALLOWED_DIRECTORIES: {{ join ":" $directories | quote }}
LARDER_MEMORY_LIMIT_BYTES: {{ int64 .values.memoryLimitBytes | quote }}
{{- with .values.threads }}
LARDER_THREADS: {{ int64 . | quote }}
{{- end }}
{{- end -}}

{{- define "larder.dataVolume" -}}
- name: project
  persistentVolumeClaim: { claimName: {{ .Values.data.existingClaim | quote }}, readOnly: true }
{{- end -}}

{{- define "larder.dataMount" -}}
- { name: project, mountPath: {{ .Values.data.mountPath | quote }}, readOnly: true }
{{- end -}}
